import type { Clock } from '../../core/clock.ts';
import { Histogram } from '../measure/histogram.ts';
import type { Disturbance } from '../measure/phases.ts';

const everyMs = 10;
const never: Disturbance = { beganMs: Number.POSITIVE_INFINITY, endedMs: Number.POSITIVE_INFINITY };

/**
 * How late timers of this process fire: one is due every 10 ms, whether or not the loop runs. Those that became due
 * while it stood still all fire when it goes on, so that a stall is charged to every moment of it.
 */
export class LoopDelay {
  readonly #clock: Clock;
  readonly #disturbance: Disturbance | null;
  readonly #each: (dueMs: number, delayMs: number) => void;
  readonly histogram = new Histogram();
  #dueMs = 0;
  #cancel: () => void = () => {};

  /**
   * What is due while the run is disturbed is left out, if told of that: faults may be there to stop this very loop. `each` is
   * told of all timers, those too.
   */
  constructor(
    clock: Clock,
    disturbance: Disturbance | null = null,
    each: (dueMs: number, delayMs: number) => void = () => {},
  ) {
    this.#clock = clock;
    this.#disturbance = disturbance;
    this.#each = each;
  }

  start(): void {
    this.#dueMs = this.#clock.now() + everyMs;
    this.#wait();
  }

  #wait(): void {
    this.#cancel = this.#clock.after(Math.ceil(this.#dueMs - this.#clock.now()), () => {
      this.#record();
      this.#wait();
    });
  }

  #record(): void {
    const nowMs = this.#clock.now();
    const { beganMs, endedMs } = this.#disturbance ?? never;
    for (; this.#dueMs <= nowMs; this.#dueMs += everyMs) {
      const left = this.#dueMs >= beganMs && this.#dueMs < endedMs;
      if (!left) this.histogram.record(nowMs - this.#dueMs);
      this.#each(this.#dueMs, nowMs - this.#dueMs);
    }
  }

  /** What is overdue now counts as well. */
  stop(): void {
    this.#cancel();
    this.#record();
  }
}
