import type { Clock } from '../../core/clock.ts';
import { Histogram } from '../measure/histogram.ts';

const everyMs = 10;

/**
 * How late timers of this process fire: one is due every 10 ms, whether or not the loop runs. Those that became due
 * while it stood still all fire when it goes on, so that a stall is charged to every moment of it.
 */
export class LoopDelay {
  readonly #clock: Clock;
  readonly histogram = new Histogram();
  #dueMs = 0;
  #cancel: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
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
    for (; this.#dueMs <= nowMs; this.#dueMs += everyMs) this.histogram.record(nowMs - this.#dueMs);
  }

  /** What is overdue now counts as well. */
  stop(): void {
    this.#cancel();
    this.#record();
  }
}
