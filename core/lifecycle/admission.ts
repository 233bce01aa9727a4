import type { Clock } from '../clock.ts';
import { TestbedError } from '../error.ts';

/** Lets calls in until it closes, and knows when those it let in have ended. */
export class Admission {
  #underWay = 0;
  #idle: PromiseWithResolvers<void> | null = null;
  #closed = false;

  /** Rejects with CLOSED after `close`. */
  async admit<T>(action: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new TestbedError('CLOSED', 'the orchestrator is closed');
    this.#underWay++;
    try {
      return await action();
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) this.#idle?.resolve();
    }
  }

  /** Resolves when nothing is under way any more, or `withinMs` are over. */
  async close(clock: Clock, withinMs: number): Promise<void> {
    this.#closed = true;
    if (this.#underWay === 0) return;
    this.#idle = Promise.withResolvers<void>();
    const cancel = clock.after(withinMs, this.#idle.resolve);
    await this.#idle.promise;
    cancel();
  }
}
