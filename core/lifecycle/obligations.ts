import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { type Backoff, backoffMs } from './backoff.ts';

interface Open {
  readonly doing: string;
  readonly action: () => Promise<unknown>;
  readonly cancel: () => void;
}

/**
 * What must happen because something else did not go through: agents of a failed spawn must be failed, a swarm that
 * gave up must say so. Tried at once and, while the store does not allow it, again and again. What is still open when
 * the process dies is found by `recover`.
 */
export class Obligations {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #backoff: Backoff;
  readonly #report: (error: unknown, doing: string) => void;
  readonly #open = new Set<Open>();
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(
    clock: Clock,
    random: Random,
    backoff: Backoff,
    report: (error: unknown, doing: string) => void,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#backoff = backoff;
    this.#report = report;
  }

  /** How many could not be met so far. */
  get open(): number {
    return this.#open.size;
  }

  /** `action` may be called many times, until it resolves. Resolves after the first try; never rejects. */
  meet(doing: string, action: () => Promise<unknown>): Promise<void> {
    return this.#try(doing, action, 0);
  }

  async #try(doing: string, action: () => Promise<unknown>, attempt: number): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#report(error, `${doing}, which is tried again`);
      if (!this.#closed) this.#later(doing, action, attempt);
    }
  }

  #later(doing: string, action: () => Promise<unknown>, attempt: number): void {
    const cancel = this.#clock.after(backoffMs(this.#backoff, attempt, this.#random), () => {
      this.#open.delete(open);
      const running = this.#try(doing, action, attempt + 1).finally(() => this.#running.delete(running));
      this.#running.add(running);
    });
    const open: Open = { doing, action, cancel };
    this.#open.add(open);
  }

  /** Tries a last time what is still open. */
  async close(): Promise<void> {
    this.#closed = true;
    const left = [...this.#open];
    this.#open.clear();
    await Promise.all(this.#running);
    for (const { doing, action, cancel } of left) {
      cancel();
      await this.#try(doing, action, 0);
    }
  }
}
