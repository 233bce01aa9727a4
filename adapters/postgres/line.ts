import { isTestbedError } from '../../core/error.ts';
import type { Lent, Pool } from './pool.ts';

export interface LineRules<Request> {
  /** What a request adds to a statement: rows, or bytes. */
  weight(request: Request): number;
  /** A statement takes requests until they weigh this much; one at the least. */
  readonly limit: number;
  /** Writes them in one transaction, in this order. */
  write(lent: Lent, requests: readonly Request[]): Promise<void>;
}

interface Waiting<Request> {
  readonly request: Request;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Writes in the order asked for, one statement at a time: what comes while one is under way goes into the next. */
export class Line<Request> {
  readonly #pool: Pool;
  readonly #rules: LineRules<Request>;
  #waiting: Waiting<Request>[] = [];
  #busy = false;

  constructor(pool: Pool, rules: LineRules<Request>) {
    this.#pool = pool;
    this.#rules = rules;
  }

  write(request: Request): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      if (!this.#busy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      try {
        const lent = await this.#pool.lend();
        await this.#writeSome(lent, this.#take());
        lent.done();
      } catch (error) {
        // There is no connection to be had: nothing of this was sent.
        for (const { reject } of this.#waiting.splice(0)) reject(error);
      }
    }
    this.#busy = false;
  }

  #take(): Waiting<Request>[] {
    let weight = 0;
    let count = 0;
    for (const { request } of this.#waiting) {
      weight += this.#rules.weight(request);
      if (count > 0 && weight > this.#rules.limit) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #writeSome(lent: Lent, taken: readonly Waiting<Request>[]): Promise<void> {
    try {
      await this.#rules.write(
        lent,
        taken.map(({ request }) => request),
      );
      for (const { resolve } of taken) resolve();
    } catch (error) {
      // One bad request must not cost the others theirs.
      if (taken.length > 1 && isTestbedError(error, 'INVALID_ARGUMENT')) {
        for (const one of taken) await this.#writeSome(lent, [one]);
      } else for (const { reject } of taken) reject(error);
    }
  }
}
