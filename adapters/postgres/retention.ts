import { isTestbedError } from '../../core/error.ts';
import type { BusStatements } from './bus-sql.ts';
import { neededAfter, parseState } from './group-state.ts';
import type { Pool } from './pool.ts';

export interface RetentionParts {
  readonly pool: Pool;
  readonly sql: BusStatements;
  readonly channel: number;
  /** Messages kept for replay; what a group has still to read is kept beyond it. */
  readonly retainMessages: number;
}

/** Of what a channel may keep, this share is published between two prunings. */
const pruneShare = 100;

/** Prunes one channel now and then, as it grows by what we publish. */
export class Retention {
  readonly #parts: RetentionParts;
  #grown = 0;
  #isPruning = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  grow(messages: number): void {
    this.#grown += messages;
    if (this.#isPruning || this.#grown < this.#parts.retainMessages / pruneShare) return;
    this.#grown = 0;
    void this.#prune();
  }

  async #prune(): Promise<void> {
    const { pool, sql, channel, retainMessages } = this.#parts;
    this.#isPruning = true;
    try {
      const { rows } = await pool.run(sql.groups, [String(channel)]);
      const needed = rows.map(([position, parked, claims]) =>
        neededAfter(parseState(position as string, parked as string, claims as string)),
      );
      const bound = Math.min(Number.MAX_SAFE_INTEGER, ...needed);
      await pool.run(sql.prune, [String(channel), String(retainMessages), String(bound)]);
    } catch (error) {
      // Not reachable, or closed: more is kept than need be, until the next time.
      if (!isTestbedError(error)) throw error;
    }
    this.#isPruning = false;
  }
}
