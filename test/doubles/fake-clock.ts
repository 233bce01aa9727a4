import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';

interface Timer {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** Far from 0, so that a duration taken for a time of day shows. */
const startMs = 1_000_000;

/** Time that passes only when told to: an hour of load in as long as its work takes, and the same every time. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  #nowMs = startMs;

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = (): void => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.after(ms, () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      });
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  after(ms: number, action: () => void): () => void {
    const timer = { dueMs: this.#nowMs + Math.max(0, ms), wake: action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Time passes and nobody is woken, as while the process is busy; timers due meanwhile fire late, afterwards. */
  elapse(ms: number): void {
    this.#nowMs += ms;
  }

  /** Plays the next `ms`, waking everyone in order of their due times. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await quiet();
    for (let next = this.#next(); next !== undefined && next.dueMs <= untilMs; next = this.#next()) {
      await this.#fire(next);
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /** Plays until `work` has settled, and settles as it did. Fails when nothing is left that could wake it. */
  async play<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    work.then(settle, settle);
    await quiet();
    while (!settled) {
      const next = this.#next();
      if (next === undefined) throw new Error('everyone waits and no timer is set: it would wait for ever');
      await this.#fire(next);
    }
    return work;
  }

  /** The earliest; of those due together the one set first. */
  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.dueMs < first.dueMs) first = timer;
    return first;
  }

  async #fire(timer: Timer): Promise<void> {
    this.#timers.delete(timer);
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    timer.wake();
    await quiet();
  }
}

/** Lets everything run that can run without time passing: turns of the event loop that were asked for, and files. */
async function quiet(): Promise<void> {
  do await turn();
  while (process.getActiveResourcesInfo().some((name) => name === 'Immediate' || name.startsWith('FSReq')));
}
