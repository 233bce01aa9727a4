import type Database from 'better-sqlite3';
import { isTestbedError } from '../../core/error.ts';
import type { Store } from './database.ts';
import type { Writer } from './writer.ts';

/** The offsets up to which the plain subscriptions of a process have read, by channel number. */
export type Reads = { readonly [channel: string]: number };

/**
 * This connection's row among the consumers: a lease, renewed while it listens. When it is not renewed the process is
 * taken for dead, what it held goes to others, and what only it had not read may be removed.
 */
export class Presence {
  readonly #store: Store;
  readonly #writer: Writer;
  readonly #leaseMs: number;
  readonly #reads: () => Reads;
  readonly #onBeat: () => void;
  readonly #statements: { readonly [name in 'enter' | 'renew' | 'leave' | 'living']: Database.Statement };
  #consumer: number | undefined;
  #entered: Promise<number> | undefined;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: {
    readonly store: Store;
    readonly writer: Writer;
    readonly leaseMs: number;
    readonly reads: () => Reads;
    /** Called after each renewal: the time to look for what the dead left. */
    readonly onBeat: () => void;
  }) {
    const { db } = options.store;
    this.#store = options.store;
    this.#writer = options.writer;
    this.#leaseMs = options.leaseMs;
    this.#reads = options.reads;
    this.#onBeat = options.onBeat;
    this.#statements = {
      enter: db.prepare('INSERT INTO consumers (id, alive_until, reads) VALUES (?, ?, ?)'),
      renew: db.prepare('UPDATE consumers SET alive_until = ?, reads = ? WHERE id = ?'),
      leave: db.prepare('DELETE FROM consumers WHERE id = ?'),
      living: db.prepare('SELECT reads FROM consumers WHERE alive_until >= ?').pluck(),
    };
  }

  /** This connection's number; undefined until it first listened. */
  get consumer(): number | undefined {
    return this.#consumer;
  }

  /** Takes the lease, once; from then on it is kept. Resolves to this connection's number. */
  enter(): Promise<number> {
    this.#entered ??= this.#enter();
    // A refusal is not remembered.
    this.#entered.catch(() => {
      this.#entered = undefined;
    });
    return this.#entered;
  }

  async #enter(): Promise<number> {
    const consumer = await this.#writer.write(() => {
      const { lastInsertRowid } = this.#statements.enter.run(null, this.#aliveUntil(), '{}');
      return Number(lastInsertRowid);
    });
    this.#consumer = consumer;
    this.#cancel = this.#schedule();
    return consumer;
  }

  /** Renews the lease and notes the offsets read so far; inside a transaction. */
  renew(reads: Reads): void {
    const { enter, renew } = this.#statements;
    const text = JSON.stringify(reads);
    // A lease that lapsed, while this process was held up, may have been cleared away.
    if (renew.run(this.#aliveUntil(), text, this.#consumer).changes === 0) {
      enter.run(this.#consumer, this.#aliveUntil(), text);
    }
  }

  /** The offset up to which every living connection's plain subscriptions have read a channel. */
  readBy(channel: number): number {
    const living = this.#statements.living.all(this.#store.clock.now()) as string[];
    return Math.min(
      ...living.map((text) => (JSON.parse(text) as Reads)[channel] ?? Number.POSITIVE_INFINITY),
    );
  }

  /** Gives the lease up; inside a transaction. */
  leave(): void {
    if (this.#consumer !== undefined) this.#statements.leave.run(this.#consumer);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #aliveUntil(): number {
    return this.#store.clock.now() + this.#leaseMs;
  }

  #schedule(): () => void {
    return this.#store.clock.after(this.#leaseMs / 3, () => void this.#beat());
  }

  async #beat(): Promise<void> {
    try {
      await this.#writer.write(() => this.renew(this.#reads()));
      this.#onBeat();
    } catch (error) {
      // A beat that could not be written is what the lease is for: the next one renews it, or it lapses.
      if (!isTestbedError(error)) throw error;
    }
    if (!this.#stopped) this.#cancel = this.#schedule();
  }
}
