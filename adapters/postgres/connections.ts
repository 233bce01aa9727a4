import pg from 'pg';
import type { Clock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import { connectError } from './errors.ts';
import { within } from './within.ts';

export interface ConnectionsOptions {
  readonly url: string;
  /** Most connections at a time. */
  readonly size: number;
  /** How long a statement may take, and how long to wait for a connection, before it is given up. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** What the server lists its connections as. */
  readonly name: string;
}

/** Who waits for a connection. */
interface Asker {
  resolve(client: pg.PoolClient): void;
  reject(error: unknown): void;
}

/** How long closing waits for the server to say goodbye. */
const goodbyeWithinMs = 200;

/**
 * Connections to one server, opened when they are needed and kept. Whoever waits gets the first that there is, one that was given
 * back or one that was opened meanwhile: opening takes many times what a statement takes, and nobody has to wait for it while
 * another is free.
 */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #pool: pg.Pool;
  /** Every client that has a socket, those still connecting included. */
  readonly #clients = new Set<pg.Client>();
  /** Connections that nobody uses now, the one used last at the end: taken from here they cost less than by way of the pool of `pg`. */
  readonly #free: pg.PoolClient[] = [];
  /** First come, first served. */
  readonly #asking = new Set<Asker>();
  #opening = 0;
  #waits = 0;
  #closing: Promise<void> | undefined;

  constructor(options: ConnectionsOptions) {
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

  /** Resolves to one to be given back; rejects with UNAVAILABLE when there is none in time, or INVALID_CONFIG. */
  async take(): Promise<pg.PoolClient> {
    if (this.#closing !== undefined) throw closed();
    return this.#free.pop() ?? this.#ask();
  }

  #ask(): Promise<pg.PoolClient> {
    const { clock, timeoutMs, size, url } = this.#options;
    if (this.#pool.totalCount >= size) this.#waits++;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        cancel();
        this.#asking.delete(asker);
      };
      const asker: Asker = {
        resolve(client) {
          leave();
          resolve(client);
        },
        reject(error) {
          leave();
          reject(error);
        },
      };
      const cancel = clock.after(timeoutMs, () =>
        asker.reject(connectError(new Error(`no connection within ${timeoutMs} ms`), url)),
      );
      this.#asking.add(asker);
      this.#openForAskers();
    });
  }

  /** Opens as many as there are askers, as far as there is room. */
  #openForAskers(): void {
    while (this.#opening < this.#asking.size && this.#pool.totalCount < this.#options.size) this.#open();
  }

  #open(): void {
    this.#opening++;
    const opened = (error: unknown, client?: pg.PoolClient): void => {
      this.#opening--;
      if (client !== undefined) this.giveBack(client, false);
      else {
        // The one who has waited longest is told, unless there is an opening left for each.
        if (this.#asking.size > this.#opening) this.#first()?.reject(connectError(error, this.#options.url));
        this.#openForAskers();
      }
    };
    try {
      this.#pool.connect(opened);
    } catch (error) {
      // A file that the URL names cannot be read.
      opened(error);
    }
  }

  /** `broken`: it cannot be used any more. */
  giveBack(client: pg.PoolClient, broken: boolean): void {
    if (broken || this.#closing !== undefined) {
      client.release(broken);
      this.#openForAskers();
      return;
    }
    const asker = this.#first();
    if (asker === undefined) this.#free.push(client);
    else asker.resolve(client);
  }

  #first(): Asker | undefined {
    return this.#asking.values().next().value;
  }

  /** Idempotent. Who waits for a connection is refused with CLOSED; a statement under way is cut off, its outcome unknown. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const asker of this.#asking) asker.reject(closed());
    for (const client of this.#free.splice(0)) client.release();
    await within(this.#options.clock, goodbyeWithinMs, this.#pool.end());
    for (const { connection } of this.#clients) connection.stream.destroy();
  }
}

/** How every connection of ours is opened. */
export function clientConfig({ url, timeoutMs, name }: Omit<ConnectionsOptions, 'size'>): pg.ClientConfig {
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
