import type { Clock } from '../clock.ts';
import { isTestbedError, TestbedError } from '../error.ts';

/** When calls are no longer made because those before them got nowhere. */
export interface BreakerRules {
  /** UNAVAILABLE or TIMEOUT so many times in a row opens the circuit; 0: never. */
  readonly failures: number;
  /** How long calls are refused before one of them is let through, to see. */
  readonly openForMs: number;
}

/**
 * A circuit breaker for one port. While the circuit is open, calls are refused at once with UNAVAILABLE: they certainly
 * did not happen, where a call to something that does not answer would have taken its time to become unknown. Then one
 * call is let through: its answer closes the circuit, and without one it stays open as long again.
 */
export class Breaker {
  readonly #rules: BreakerRules;
  readonly #clock: Pick<Clock, 'now'>;
  #inARow = 0;
  #openUntilMs = Number.NEGATIVE_INFINITY;

  constructor(rules: BreakerRules, clock: Pick<Clock, 'now'>) {
    this.#rules = rules;
    this.#clock = clock;
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    const nowMs = this.#clock.now();
    if (this.#isOpen) {
      if (nowMs < this.#openUntilMs)
        throw new TestbedError('UNAVAILABLE', 'the circuit is open: not even tried');
      // Others are refused until this one is answered, or has had its time.
      this.#openUntilMs = nowMs + this.#rules.openForMs;
    }
    try {
      const answer = await call();
      this.#inARow = 0;
      return answer;
    } catch (error) {
      this.#note(error);
      throw error;
    }
  }

  get #isOpen(): boolean {
    return this.#inARow >= this.#rules.failures;
  }

  /** A refusal of what was asked (CONFLICT, FULL, ...) is an answer too. */
  #note(error: unknown): void {
    if (!isTestbedError(error, 'UNAVAILABLE', 'TIMEOUT')) this.#inARow = 0;
    else {
      this.#inARow++;
      if (this.#isOpen) this.#openUntilMs = this.#clock.now() + this.#rules.openForMs;
    }
  }
}
