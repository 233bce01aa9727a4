import pg from 'pg';
import type { Clock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import { type Answer, Call, type Statement, type Value } from './call.ts';
import { Copy, type CopyStatement } from './copy.ts';
import { connectError, endsConnection, isRetried, isServerError, statementError } from './errors.ts';
import { within } from './within.ts';

export interface PoolOptions {
  readonly url: string;
  /** Most connections at a time. */
  readonly size: number;
  /** How long a statement may take, and how long to wait for a connection, before it is given up. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** What the server lists its connections as. */
  readonly name: string;
}

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
/** How long closing waits for the server to say goodbye. */
const goodbyeWithinMs = 200;
const retryLimit = 8;
const retryAfterMs = 5;

/**
 * Connections to one server. Whoever needs one while all are in use waits, and is counted. What fails is told apart: never
 * sent or undone by the server (UNAVAILABLE, FULL, ...), or unknown (TIMEOUT). `close` returns whatever the server does.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #pool: pg.Pool;
  /** Every client that has a socket, those still connecting included. */
  readonly #clients = new Set<pg.Client>();
  /** Connections that nobody uses now: taken from here they cost less than by way of the pool of `pg`. */
  readonly #free: pg.PoolClient[] = [];
  /** Who has asked for a connection and has not got one yet: how to tell them that there will be none. */
  readonly #asking = new Set<(error: unknown) => void>();
  #waits = 0;
  #retries = 0;
  #closing: Promise<void> | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    const clients = this.#clients;
    const free = this.#free;
    class TrackedClient extends pg.Client {
      constructor(config?: pg.ClientConfig) {
        super(config);
        clients.add(this);
        // Whatever was under way on it is told by itself.
        this.on('error', () => {});
        this.once('end', () => {
          clients.delete(this);
          const at = free.findIndex((client: pg.Client) => client === this);
          if (at >= 0) free.splice(at, 1)[0]?.release(true);
        });
      }
    }
    this.#pool = new pg.Pool({
      ...clientConfig(options),
      max: options.size,
      idleTimeoutMillis: 0,
      Client: TrackedClient,
    });
    // A connection that breaks while nobody uses it is no event: the next statement opens another.
    this.#pool.on('error', () => {});
  }

  /** How often somebody had to wait because all connections were in use. */
  get waits(): number {
    return this.#waits;
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
    return this.#lend(await this.#take());
  }

  /** Runs several statements by the simple protocol: migrations and the like. */
  async script(text: string): Promise<void> {
    const client = await this.#take();
    try {
      await client.query(text);
      this.#giveBack(client, false);
    } catch (error) {
      // Whatever transaction it may have left open goes with the connection.
      this.#giveBack(client, true);
      throw statementError(error, { unknown: true });
    }
  }

  async #take(): Promise<pg.PoolClient> {
    if (this.#closing !== undefined) throw closed();
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#pool.totalCount >= this.#options.size) this.#waits++;
    return new Promise((resolve, reject) => {
      this.#asking.add(reject);
      const take = (error: unknown, client?: pg.PoolClient): void => {
        if (client === undefined) reject(connectError(error, this.#options.url));
        else if (this.#asking.has(reject)) resolve(client);
        else client.release();
        this.#asking.delete(reject);
      };
      try {
        this.#pool.connect(take);
      } catch (error) {
        // A file that the URL names cannot be read.
        take(error);
      }
    });
  }

  #giveBack(client: pg.PoolClient, broken: boolean): void {
    if (broken || this.#pool.waitingCount > 0 || this.#closing !== undefined) client.release(broken);
    else this.#free.push(client);
  }

  /** Idempotent. Who waits for a connection is refused with CLOSED; a statement under way is cut off, its outcome unknown. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const reject of this.#asking) reject(closed());
    this.#asking.clear();
    for (const client of this.#free.splice(0)) client.release();
    await within(this.#options.clock, goodbyeWithinMs, this.#pool.end());
    for (const { connection } of this.#clients) connection.stream.destroy();
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
      done: () => this.#giveBack(client, broken),
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

/** How every connection of ours is opened. */
export function clientConfig({ url, timeoutMs, name }: Omit<PoolOptions, 'size'>): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

function closed(): TestbedError {
  return new TestbedError('CLOSED', 'the connections to Postgres are closed');
}
