import type { Link } from '../link.ts';
import { type Entry, parseEntries, type ReadReply } from './entry.ts';

/** Bytes that one read should bring at most; a single entry may still be larger. */
const readBytes = 4 * 1024 * 1024;
const mostEntries = 256;
/** A read that finds nothing comes back after this long: what changed meanwhile is then seen, and a dead connection too. */
const blockMs = 500;

/** Blocking reads on a connection of their own, sized by what was read before. */
export class Intake {
  readonly link: Link;
  readonly #streams: readonly string[];
  #entries = 16;

  constructor(link: Link, streams: readonly string[]) {
    this.link = link;
    this.#streams = streams;
  }

  /** What comes after each id, in partitions named by `ids`; waits for it. Empty when nothing came. */
  read(ids: ReadonlyMap<number, string>): Promise<Entry[]> {
    return this.#ask('XREAD', [], ['BLOCK', blockMs], ids);
  }

  /** As a member of a group: `>` is what nobody was given yet and waits for it; an id, what this member holds after it. */
  readAs(group: string, member: string, ids: ReadonlyMap<number, string>): Promise<Entry[]> {
    const isNew = [...ids.values()].includes('>');
    return this.#ask('XREADGROUP', ['GROUP', group, member], isNew ? ['BLOCK', blockMs] : [], ids);
  }

  async #ask(
    command: string,
    before: readonly string[],
    block: readonly (string | number)[],
    ids: ReadonlyMap<number, string>,
  ): Promise<Entry[]> {
    const keys = [...ids.keys()].map((partition) => this.#streams[partition] as string);
    const reply = await this.link.callBuffer('read', command, [
      ...before,
      'COUNT',
      this.#entries,
      ...block,
      'STREAMS',
      ...keys,
      ...ids.values(),
    ]);
    const entries = parseEntries(reply as ReadReply, this.#streams);
    const largest = entries.reduce((most, { bytes }) => Math.max(most, bytes), 0);
    if (largest > 0)
      this.#entries = Math.max(1, Math.min(mostEntries, Math.floor(readBytes / largest / keys.length)));
    return entries;
  }
}
