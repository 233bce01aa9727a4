import type { Clock } from '../clock.ts';
import { isTestbedError } from '../error.ts';
import type { Random } from '../random.ts';

/** How long to wait before the next attempt. */
export interface Backoff {
  /** Before the first repetition. */
  readonly baseMs: number;
  /** Each further wait is this many times longer ... */
  readonly factor: number;
  /** ... up to this. */
  readonly maxMs: number;
  /** The share of a wait that chance may take off, so that what failed together does not come back together. 0 to 1. */
  readonly jitter: number;
}

/** `attempt`: 0 for the wait before the first repetition. */
export function backoffMs(backoff: Backoff, attempt: number, random: Random): number {
  const full = Math.min(backoff.maxMs, backoff.baseMs * backoff.factor ** attempt);
  return full * (1 - backoff.jitter * random.next());
}

/** How often a call to the store or the bus is repeated that certainly did not happen (UNAVAILABLE). */
export interface PatienceRules extends Backoff {
  /** Repetitions; 0: none. */
  readonly attempts: number;
}

/** Repeats calls that were refused for now. Nothing else is repeated: a TIMEOUT may have happened. */
export class Patience {
  readonly #rules: PatienceRules;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #signal: AbortSignal;

  /** Once `signal` aborts, a refusal is final. */
  constructor(rules: PatienceRules, clock: Clock, random: Random, signal: AbortSignal) {
    this.#rules = rules;
    this.#clock = clock;
    this.#random = random;
    this.#signal = signal;
  }

  async try<T>(action: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await action();
      } catch (error) {
        const final = attempt >= this.#rules.attempts || this.#signal.aborted;
        if (final || !isTestbedError(error, 'UNAVAILABLE')) throw error;
        await this.#wait(attempt, error);
      }
    }
  }

  async #wait(attempt: number, refusal: unknown): Promise<void> {
    try {
      await this.#clock.sleep(backoffMs(this.#rules, attempt, this.#random), this.#signal);
    } catch {
      throw refusal;
    }
  }
}
