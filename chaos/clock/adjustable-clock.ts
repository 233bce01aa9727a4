import type { Clock } from '../../core/clock.ts';
import type { ClockTarget } from '../target.ts';

/** A clock that can be wrong. What waits by it waits as long as it would by the clock beneath, as with a real machine's. */
export class AdjustableClock implements Clock, ClockTarget {
  readonly #base: Clock;
  readonly sleep: Clock['sleep'];
  readonly after: Clock['after'];
  #offsetMs = 0;
  #rate = 1;
  #sinceMs = 0;

  constructor(base: Clock) {
    this.#base = base;
    this.sleep = (ms, signal) => base.sleep(ms, signal);
    this.after = (ms, action) => base.after(ms, action);
  }

  /** How far it is ahead of the right time; negative: behind. */
  get aheadMs(): number {
    return this.#offsetMs + (this.#rate - 1) * (this.#base.now() - this.#sinceMs);
  }

  now(): number {
    return this.#base.now() + this.aheadMs;
  }

  wrongByMs(): number {
    return Math.abs(this.now() - this.#base.now());
  }

  adjust(aheadMs: number, rate = 1): void {
    this.#offsetMs = aheadMs;
    this.#rate = rate;
    this.#sinceMs = this.#base.now();
  }
}
