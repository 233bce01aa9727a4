import type { Clock } from '../../core/clock.ts';
import { Histogram } from '../measure/histogram.ts';

const everyMs = 10;

/** How late timers of this process fire: a sample every 10 ms, the wait itself left out. */
export class LoopDelay {
  readonly #clock: Clock;
  readonly histogram = new Histogram();
  #cancel: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(): void {
    const dueMs = this.#clock.now() + everyMs;
    this.#cancel = this.#clock.after(everyMs, () => {
      this.histogram.record(this.#clock.now() - dueMs);
      this.start();
    });
  }

  stop(): void {
    this.#cancel();
  }
}
