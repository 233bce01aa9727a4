import pg from 'pg';
import { redacted } from './address.ts';
import { type ConnectionsOptions, clientConfig } from './connections.ts';
import type { Schema } from './schema.ts';

export interface WakeupsParts extends Omit<ConnectionsOptions, 'size'> {
  readonly schema: Schema;
  /** Something was published to this channel; null: to any, for all that we know. */
  readonly wake: (channel: number | null) => void;
}

/** Between two announcements, so that many publishes a second do not become as many notifications. */
const announceEveryMs = 1;
const firstPauseMs = 20;
const longestPauseMs = 1_000;
/** A notification has room for 8,000 characters. */
const mostNamed = 500;
/** In place of the number of a channel: there may be something on any of them. */
const allChannels = 'all';
/** The same, from somebody who has just come. */
const hello = 'hello';

/**
 * Tells other processes that there is something to read, and hears it from them, over one connection with LISTEN and
 * NOTIFY. Only a wake-up: what is announced while the connection is down is found by asking, as soon as it is up again.
 *
 * Nothing is announced while nobody else is heard. Who comes says hello and is answered; who hears the first of another
 * announces all channels once, for what was published while it believed to be alone.
 */
export class Wakeups {
  readonly #parts: WakeupsParts;
  readonly #dirty = new Set<string>();
  #client: pg.Client | null = null;
  /** The last that was made, which may still be connecting. */
  #newest: pg.Client | undefined;
  #isAlone = true;
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
    if (!this.#isAlone) this.#announce(String(channel));
  }

  close(): void {
    this.#isClosed = true;
    this.#cutPause?.();
    this.#newest?.connection.stream.destroy();
  }

  #announce(what: string): void {
    this.#dirty.add(what);
    if (!this.#isAnnouncing) void this.#announceAll();
  }

  async #announceAll(): Promise<void> {
    this.#isAnnouncing = true;
    while (this.#dirty.size > 0 && this.#client !== null) {
      const channels = [...this.#dirty];
      this.#dirty.clear();
      try {
        await this.#notify(this.#client, channels);
      } catch {
        // The connection is gone, and the next one will announce all channels.
        break;
      }
      await this.#parts.clock.sleep(announceEveryMs);
    }
    this.#isAnnouncing = false;
  }

  #hear(payload: string): void {
    const said = payload.split(' ');
    const isNews = this.#isAlone || said.includes(hello);
    this.#isAlone = false;
    if (isNews) this.#announce(allChannels);
    for (const what of said) this.#parts.wake(what === hello || what === allChannels ? null : Number(what));
  }

  async #notify(client: pg.Client, channels: readonly string[]): Promise<void> {
    const { schema, clock, timeoutMs } = this.#parts;
    const giveUp = clock.after(timeoutMs, () => client.connection.stream.destroy());
    const values = [schema.name, channels.length > mostNamed ? allChannels : channels.join(' ')];
    try {
      await client.query({ name: 'notify', text: 'select pg_notify($1, $2)', values });
    } finally {
      giveUp();
    }
  }

  async #connect(attempt: number): Promise<void> {
    const client = new pg.Client(clientConfig(this.#parts));
    this.#newest = client;
    // Its end is what we act on; an error comes before it.
    client.on('error', () => {});
    client.on('notification', ({ processId, payload = '' }) => {
      const isOurs = processId === (client as pg.Client & { readonly processID: number }).processID;
      if (!isOurs) this.#hear(payload);
    });
    try {
      await client.connect();
      await client.query(`listen ${this.#parts.schema.quoted}`);
      if (this.#isClosed) throw new Error('closed meanwhile');
      this.#client = client;
      this.#isAlone = true;
      client.once('end', () => {
        this.#client = null;
        void this.#connectAfterPause(0);
      });
      this.#announce(hello);
      this.#parts.wake(null);
    } catch (error) {
      client.connection.stream.destroy();
      const { url } = this.#parts;
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
