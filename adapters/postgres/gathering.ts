import { isTestbedError } from '../../core/error.ts';
import type { Lent, Pool } from './pool.ts';

export interface GatheringRules<Request, Result> {
  /** Most requests to serve in one statement. */
  readonly limit: number;
  /** Serves one request on its own: the definitive answer. */
  alone(lent: Lent, request: Request): Promise<Result>;
  /**
   * Serves several in one statement, without waiting for anybody's lock; one result for each, `undefined` where it must
   * be served alone. When it rejects with DUPLICATE or INVALID_ARGUMENT, nothing was done, and each is served alone.
   */
  together(lent: Lent, requests: readonly Request[]): Promise<readonly (Result | undefined)[]>;
}

interface Pending<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Puts the requests that come while a connection is being waited for into one statement: those of one turn of the event
 * loop, and more when all connections are busy. A lone request is served as it is, without delay.
 */
export class Gathering<Request, Result> {
  readonly #pool: Pool;
  readonly #rules: GatheringRules<Request, Result>;
  #pending: Pending<Request, Result>[] = [];
  #asking = false;

  constructor(pool: Pool, rules: GatheringRules<Request, Result>) {
    this.#pool = pool;
    this.#rules = rules;
  }

  serve(request: Request): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ request, resolve, reject });
      if (!this.#asking) void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    try {
      const lent = await this.#pool.lend();
      const taken = this.#pending.splice(0, this.#rules.limit);
      const [first, ...others] = taken;
      if (others.length > 0) void this.#serveTogether(lent, taken);
      else void this.#serveAlone(lent, first as Pending<Request, Result>);
    } catch (error) {
      // There is no connection to be had: nothing of this was sent.
      for (const { reject } of this.#pending.splice(0)) reject(error);
    }
    this.#asking = false;
    if (this.#pending.length > 0) void this.#ask();
  }

  async #serveAlone(lent: Lent, { request, resolve, reject }: Pending<Request, Result>): Promise<void> {
    await this.#rules.alone(lent, request).then(resolve, reject);
    lent.done();
  }

  async #serveTogether(lent: Lent, taken: readonly Pending<Request, Result>[]): Promise<void> {
    let rest = taken;
    try {
      const requests = taken.map(({ request }) => request);
      const results = await this.#rules.together(lent, requests);
      for (const [index, result] of results.entries()) {
        if (result !== undefined) taken[index]?.resolve(result);
      }
      rest = taken.filter((_, index) => results[index] === undefined);
    } catch (error) {
      // One bad request must not cost the others theirs. Unknown, unreachable or full is the same for all of them.
      if (!isTestbedError(error, 'DUPLICATE', 'INVALID_ARGUMENT')) {
        for (const { reject } of taken) reject(error);
        rest = [];
      }
    }
    lent.done();
    for (const pending of rest) {
      this.#pool.lend().then((own) => this.#serveAlone(own, pending), pending.reject);
    }
  }
}
