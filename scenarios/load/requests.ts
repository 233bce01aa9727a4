import type { Clock } from '../../core/clock.ts';
import { isTestbedError, TestbedError } from '../../core/error.ts';

/** A timer cannot wait for longer than this many ms. */
const longestMs = 2 ** 31 - 1;

const noAnswer = Symbol('no answer');
/** How long after a failure something is tried again, in ms. */
export const againMs = 1000;
/**
 * How long after it was given up on, in ms, what has no answer is tried again: a system that is only slow gets its
 * time, for to ask it again would make it slower still.
 */
const patienceMs = 60_000;

/** When to try again what came to this error, from now, in ms. */
export function retryAfterMs(error: unknown): number {
  return isTestbedError(error) && error.cause === noAnswer ? patienceMs : againMs;
}

interface Waiting {
  readonly untilMs: number;
  readonly giveUp: () => void;
}

/**
 * Calls of the system under test, each waited for until its deadline and no longer: what has no answer by then is
 * unknown, whatever is answered later. It is remembered who never answered at all.
 */
export class Requests {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  /** In the order in which they were asked, which is that of their deadlines: one timer does for all. */
  readonly #waiting = new Set<Waiting>();
  readonly #silent = new Map<string, number>();
  #timed = false;
  #over = false;

  constructor(clock: Clock, deadlineMs: number) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * Resolves or rejects as `call` does; rejects with TIMEOUT when it has not by its deadline. `late` is given what it
   * resolves to after that.
   */
  ask<T>(what: string, call: () => Promise<T>, late?: (value: T) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting.delete(waiting);
        this.#count(what, 1);
        reject(new TestbedError('TIMEOUT', `no answer to ${what}`, { cause: noAnswer }));
      };
      const waiting = { untilMs: this.#clock.now() + this.#deadlineMs, giveUp };
      // Nobody waits any more: what was still to be asked has no answer either.
      if (this.#over) return giveUp();
      this.#waiting.add(waiting);
      this.#time();
      answerOf(call).then(
        (value) => {
          if (this.#waiting.delete(waiting)) resolve(value);
          else if (!this.#over) {
            this.#count(what, -1);
            late?.(value);
          }
        },
        (error: unknown) => {
          if (this.#waiting.delete(waiting)) reject(error);
          else if (!this.#over) this.#count(what, -1);
        },
      );
    });
  }

  /** Sets the timer for the next deadline, unless it is set. */
  #time(): void {
    if (this.#timed) return;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#timed = true;
    this.#clock.after(Math.min(next.untilMs - this.#clock.now(), longestMs), () => {
      this.#timed = false;
      const nowMs = this.#clock.now();
      for (const { untilMs, giveUp } of this.#waiting) {
        if (untilMs > nowMs) break;
        giveUp();
      }
      this.#time();
    });
  }

  /**
   * Nobody waits any more, neither for what was asked nor for what is asked after this: what is answered later still is
   * unknown, since what would follow from it is not looked at any more either.
   */
  giveUp(): void {
    this.#over = true;
    for (const { giveUp } of this.#waiting) giveUp();
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

/** The answer to a call, which may also throw at once. */
function answerOf<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (error) {
    return Promise.reject(error);
  }
}
