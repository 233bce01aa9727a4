import type { Link } from '../link.ts';
import { type Entry, parseEntries, type ReadReply } from './entry.ts';
import type { Position } from './position.ts';

/** Bytes that one read should bring at most; a single entry may still be larger. */
const readBytes = 4 * 1024 * 1024;
const mostEntries = 256;
/** A read that finds nothing comes back after this long, so that a dead connection is noticed. */
const longestBlockMs = 500;

/** Blocking reads of one stream, on a connection of their own, sized by what was read before. */
export class Intake {
  readonly #link: Link;
  readonly #stream: string;
  readonly #blockMs: number;
  #entries = 16;

  /** `answerWithinMs`: as the link was opened with. */
  constructor(link: Link, stream: string, answerWithinMs: number) {
    this.#link = link;
    this.#stream = stream;
    this.#blockMs = Math.min(longestBlockMs, Math.floor(answerWithinMs / 2));
  }

  /** Waits for what comes after `position`. Empty when nothing came for a while. */
  async read(position: Position): Promise<Entry[]> {
    const entries = parseEntries(await this.#ask(this.#entries, position));
    const largest = entries.reduce((most, { bytes }) => Math.max(most, bytes), 0);
    if (largest > 0) this.#entries = Math.max(1, Math.min(mostEntries, Math.floor(readBytes / largest)));
    return entries;
  }

  /** Waits until something is after `position`. False when nothing came for a while. */
  async isMoreAfter(position: Position): Promise<boolean> {
    return (await this.#ask(1, position)) !== null;
  }

  close(): void {
    this.#link.close();
  }

  async #ask(entries: number, position: Position): Promise<ReadReply> {
    const parameters = ['COUNT', entries, 'BLOCK', this.#blockMs, 'STREAMS', this.#stream, position];
    return (await this.#link.callBuffer('read', 'XREAD', parameters)) as ReadReply;
  }
}
