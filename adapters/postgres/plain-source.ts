import type { Batch, Source } from '../pump.ts';
import { type BusStatements, readRows } from './bus-sql.ts';
import type { Row } from './call.ts';
import { unpack } from './packing.ts';
import type { Pool } from './pool.ts';

/** A read gives out rows until they weigh this much: a bound for what a reader buffers, a single larger row aside. */
export const readBytes = 1_000_000;

interface Read {
  readonly rows: readonly Row[];
  /** There may be more than was given out. */
  readonly isCut: boolean;
}

export interface PlainParts {
  readonly pool: Pool;
  readonly sql: BusStatements;
  readonly channel: number;
  /** The id to go on after. */
  readonly position: number;
}

/** What a subscription without a group reads: everything after its position, which it keeps itself. */
export class PlainSource implements Source<Batch> {
  readonly #parts: PlainParts;
  #position: number;
  /** The next read, while the handler has what came before it. */
  #ahead: Promise<Read> | null = null;
  #hints = 1;
  #hintsRead = 0;

  constructor(parts: PlainParts) {
    this.#parts = parts;
    this.#position = parts.position;
  }

  /** Something may have been published: without it, a reader that has come to the end does not ask the server again. */
  hint(): void {
    this.#hints++;
  }

  async next(): Promise<Batch | null> {
    const reading = this.#ahead ?? this.#read();
    this.#ahead = null;
    const { rows, isCut } = await reading;
    const last = rows.at(-1)?.[0];
    if (last === undefined || last === null) return null;
    this.#notePruned(Number(rows[0]?.[4]));
    const after = this.#position;
    this.#position = Number(last);
    if (isCut) this.#readAhead();
    const messages = rows.flatMap(([id, count, body]) => {
      const before = Number(id) - Number(count);
      return before < after ? unpack(body as string).slice(after - before) : unpack(body as string);
    });
    return { messages, offset: last };
  }

  /** A read under way is let go. */
  end(): void {
    this.#ahead = null;
  }

  async #read(): Promise<Read> {
    if (this.#hintsRead === this.#hints) return { rows: [], isCut: false };
    const { pool, sql, channel } = this.#parts;
    const hints = this.#hints;
    const { rows } = await pool.run(sql.read, [String(channel), String(this.#position), String(readBytes)]);
    const found = Number(rows[0]?.[3] ?? 0);
    const isCut = found > rows.length || found === readRows;
    if (!isCut) this.#hintsRead = hints;
    return { rows, isCut };
  }

  #readAhead(): void {
    const reading = this.#read();
    // Whoever asks next is told what went wrong.
    reading.catch(() => {});
    this.#ahead = reading;
  }

  #notePruned(prunedTo: number): void {
    if (prunedTo <= this.#position) return;
    const { channel } = this.#parts;
    process.emitWarning(`channel ${channel} was pruned before a subscriber had read all of it`, {
      code: 'OUT_OF_RANGE',
    });
  }
}
