import type { Clock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';

/** A timer cannot wait for longer than this many ms. */
const longestMs = 2 ** 31 - 1;

/**
 * Calls of the system under test, each waited for until its deadline and no longer: what has no answer by then is
 * unknown, whatever is answered later. It is remembered who never answered at all.
 */
export class Requests {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  /** What gives up on each call that is waited for. */
  readonly #waiting = new Set<() => void>();
  readonly #silent = new Map<string, number>();
  #over = false;

  constructor(clock: Clock, deadlineMs: number) {
    this.#clock = clock;
    this.#deadlineMs = Math.min(deadlineMs, longestMs);
  }

  /**
   * Resolves or rejects as `call` does; rejects with TIMEOUT when it has not by its deadline. `late` is given what it
   * resolves to after that.
   */
  ask<T>(what: string, call: () => Promise<T>, late: (value: T) => void = () => {}): Promise<T> {
    return new Promise((resolve, reject) => {
      let waiting = true;
      const settle = (): void => {
        waiting = false;
        cancel();
        this.#waiting.delete(giveUp);
      };
      const giveUp = (): void => {
        settle();
        this.#count(what, 1);
        reject(new TestbedError('TIMEOUT', `no answer to ${what}`));
      };
      const cancel = this.#clock.after(this.#deadlineMs, giveUp);
      this.#waiting.add(giveUp);
      // Nobody waits any more: what was still to be asked has no answer either.
      if (this.#over) return giveUp();
      const answer = (async () => call())();
      answer.then(
        (value) => {
          if (waiting) {
            settle();
            resolve(value);
          } else {
            this.#count(what, -1);
            late(value);
          }
        },
        (error: unknown) => {
          if (!waiting) this.#count(what, -1);
          else {
            settle();
            reject(error);
          }
        },
      );
    });
  }

  /** Nobody waits any more, neither for what was asked nor for what is asked after this. */
  giveUp(): void {
    this.#over = true;
    for (const giveUp of [...this.#waiting]) giveUp();
  }

  /** How many calls had no answer in time and have none yet, by what was asked. */
  get unanswered(): ReadonlyMap<string, number> {
    return this.#silent;
  }

  #count(what: string, by: number): void {
    const times = (this.#silent.get(what) ?? 0) + by;
    if (times === 0) this.#silent.delete(what);
    else this.#silent.set(what, times);
  }
}
