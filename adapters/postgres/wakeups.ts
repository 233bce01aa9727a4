import pg from 'pg';
import { redacted } from './address.ts';
import { clientConfig, type PoolOptions } from './pool.ts';
import type { Schema } from './schema.ts';

export interface WakeupsParts extends Omit<PoolOptions, 'size'> {
  readonly schema: Schema;
  /** Something was published to this channel; null: to any, for all that we know. */
  readonly wake: (channel: number | null) => void;
}

/** Between two announcements, so that many publishes a second do not become as many notifications. */
const announceEveryMs = 1;
const firstPauseMs = 20;
const longestPauseMs = 1_000;

/**
 * Tells other processes that there is something to read, and hears it from them, over one connection with LISTEN and
 * NOTIFY. Only a wake-up: what is announced while the connection is down is found by asking, as soon as it is up again.
 */
export class Wakeups {
  readonly #parts: WakeupsParts;
  readonly #dirty = new Set<number>();
  #client: pg.Client | null = null;
  #isAnnouncing = false;
  #isClosed = false;
  #cutPause: (() => void) | undefined;

  constructor(parts: WakeupsParts) {
    this.#parts = parts;
  }

  /** Resolves once the connection stands, or has failed once: from then on it is kept up. */
  async open(): Promise<void> {
    await this.#connect(0);
  }

  /** To be called after what is announced can be read. */
  announce(channel: number): void {
    this.#dirty.add(channel);
    void this.#announce();
  }

  close(): void {
    this.#isClosed = true;
    this.#cutPause?.();
    this.#client?.connection.stream.destroy();
  }

  async #announce(): Promise<void> {
    if (this.#isAnnouncing) return;
    this.#isAnnouncing = true;
    while (this.#dirty.size > 0 && this.#client !== null) {
      const channels = [...this.#dirty];
      this.#dirty.clear();
      try {
        await this.#notify(this.#client, channels);
      } catch {
        // The connection is gone. Until there is another, others find it by asking, as they do now and then.
        for (const channel of channels) this.#dirty.add(channel);
        break;
      }
      await this.#parts.clock.sleep(announceEveryMs);
    }
    this.#isAnnouncing = false;
  }

  async #notify(client: pg.Client, channels: readonly number[]): Promise<void> {
    const { schema, clock, timeoutMs } = this.#parts;
    const giveUp = clock.after(timeoutMs, () => client.connection.stream.destroy());
    const values = [schema.name, channels.join(' ')];
    try {
      await client.query({ name: 'notify', text: 'select pg_notify($1, $2)', values });
    } finally {
      giveUp();
    }
  }

  async #connect(attempt: number): Promise<void> {
    const { schema, wake, url } = this.#parts;
    const client = new pg.Client(clientConfig(this.#parts));
    // Its end is what we act on; an error comes before it.
    client.on('error', () => {});
    client.on('notification', ({ processId, payload = '' }) => {
      const isOurs = processId === (client as pg.Client & { readonly processID: number }).processID;
      if (!isOurs) for (const channel of payload.split(' ')) wake(Number(channel));
    });
    try {
      await client.connect();
      await client.query(`listen ${schema.quoted}`);
      if (this.#isClosed) throw new Error('closed meanwhile');
      this.#client = client;
      client.once('end', () => {
        this.#client = null;
        void this.#connectAfterPause(0);
      });
      wake(null);
      if (this.#dirty.size > 0) void this.#announce();
    } catch (error) {
      client.connection.stream.destroy();
      if (attempt === 1) process.emitWarning(`no notifications from ${redacted(url)}: ${String(error)}`);
      void this.#connectAfterPause(attempt + 1);
    }
  }

  async #connectAfterPause(attempt: number): Promise<void> {
    if (this.#isClosed) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.clock.after(Math.min(firstPauseMs * 2 ** attempt, longestPauseMs), resolve);
      this.#cutPause = () => {
        cancel();
        resolve();
      };
    });
    if (!this.#isClosed) await this.#connect(attempt);
  }
}
