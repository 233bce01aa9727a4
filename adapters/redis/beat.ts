import type { Clock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';

/**
 * Does something every so often, never twice at once, until stopped. A time that fails is made up for by the next.
 */
export class Beat {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #action: () => Promise<void>;
  #cancel: () => void = () => {};
  #running = false;
  #stopped = false;

  constructor(clock: Clock, everyMs: number, action: () => Promise<void>) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#action = action;
    this.#schedule();
  }

  /** Does not wait for the next time. */
  now(): void {
    if (this.#running || this.#stopped) return;
    this.#cancel();
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #schedule(): void {
    this.#cancel = this.#clock.after(this.#everyMs, () => void this.#run());
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      await this.#action();
    } catch (error) {
      if (!isTestbedError(error)) throw error;
    } finally {
      this.#running = false;
    }
    if (!this.#stopped) this.#schedule();
  }
}
