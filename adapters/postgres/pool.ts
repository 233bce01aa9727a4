import type pg from 'pg';
import { type Answer, Call, type Statement, type Value } from './call.ts';
import { Connections, type ConnectionsOptions } from './connections.ts';
import { Copy, type CopyStatement } from './copy.ts';
import { endsConnection, isRetried, isServerError, statementError } from './errors.ts';

/** A connection of the pool, borrowed. */
export interface Lent {
  run(statement: Statement, values: readonly Value[]): Promise<Answer>;
  /** `rows` as `copyRows` makes them. */
  copy(statement: CopyStatement, rows: readonly Buffer[]): Promise<Answer>;
  /** Gives it back; exactly once. */
  done(): void;
}

/** A run of a statement, which tells `settle` how it ended. */
type MakeCall = (settle: (error: unknown) => void) => Call;

/** The server gives a statement up by itself, with a plain answer, before we stop waiting for one. */
const graceMs = 1_000;
const retryLimit = 8;
const retryAfterMs = 5;

/**
 * Runs statements on connections to one server. Whoever needs one while all are in use waits, and is counted. What fails is told
 * apart: never sent or undone by the server (UNAVAILABLE, FULL, ...), or unknown (TIMEOUT). `close` returns whatever the server does.
 */
export class Pool {
  readonly #options: ConnectionsOptions;
  readonly #connections: Connections;
  #retries = 0;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#connections = new Connections(options);
  }

  /** How often somebody had to wait because all connections were in use. */
  get waits(): number {
    return this.#connections.waits;
  }

  /** How often a statement was run again after a deadlock or a lost race. */
  get retries(): number {
    return this.#retries;
  }

  async run(statement: Statement, values: readonly Value[]): Promise<Answer> {
    const lent = await this.lend();
    try {
      return await lent.run(statement, values);
    } finally {
      lent.done();
    }
  }

  /** Resolves to a connection; rejects with UNAVAILABLE when there is none in time, or INVALID_CONFIG. */
  async lend(): Promise<Lent> {
    return this.#lend(await this.#connections.take());
  }

  /** Runs several statements by the simple protocol: migrations and the like. */
  async script(text: string): Promise<void> {
    const client = await this.#connections.take();
    try {
      await client.query(text);
      this.#connections.giveBack(client, false);
    } catch (error) {
      // Whatever transaction it may have left open goes with the connection.
      this.#connections.giveBack(client, true);
      throw statementError(error, { unknown: true });
    }
  }

  /** Idempotent. Who waits for a connection is refused with CLOSED; a statement under way is cut off, its outcome unknown. */
  close(): Promise<void> {
    return this.#connections.close();
  }

  #lend(client: pg.PoolClient): Lent {
    let broken = false;
    const answered = async (make: MakeCall): Promise<Answer> => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#submit(client, make);
        } catch (error) {
          if (isRetried((error as Error).cause) && attempt < retryLimit) {
            this.#retries++;
            await this.#options.clock.sleep(retryAfterMs * attempt);
            continue;
          }
          broken ||= endsConnection((error as Error).cause);
          throw error;
        }
      }
    };
    return {
      run: (statement, values) => answered((settle) => new Call(statement, values, settle)),
      copy: (statement, rows) => answered((settle) => new Copy(statement, rows, settle)),
      done: () => this.#connections.giveBack(client, broken),
    };
  }

  #submit(client: pg.PoolClient, make: MakeCall): Promise<Answer> {
    const { clock, timeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      let settled = false;
      const settle = (error: unknown): void => {
        if (settled) return;
        settled = true;
        cancel();
        if (error === null) resolve(call);
        else {
          const unknown = call.writes && (call.completed || !isServerError(error));
          reject(statementError(error, { unknown }));
        }
      };
      const cancel = clock.after(timeoutMs + graceMs, () =>
        settle(new Error(`no answer in ${timeoutMs + graceMs} ms`)),
      );
      const call = make(settle);
      client.query(call);
    });
  }
}
