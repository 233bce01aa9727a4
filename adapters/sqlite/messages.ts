import type Database from 'better-sqlite3';
import { TestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import { messageColumns, pushMessage, toMessage } from './encode.ts';
import { createInsert } from './insert.ts';
import { channelSpan, maxChannels } from './schema.ts';

/** Read at most this much payload at a time, whatever the number of messages. */
const readCharacters = 8_000_000;
const width = messageColumns.length + 1;

/** Messages as they go into the table: encoded outside the transaction, to keep the lock for a shorter time. */
export interface Encoded {
  readonly values: unknown[];
  readonly count: number;
  readonly characters: number;
}

export function encodeMessages(messages: readonly Message[]): Encoded {
  const values: unknown[] = [];
  let characters = 0;
  for (const message of messages) {
    values.push(0);
    pushMessage(values, message);
    characters += (values[values.length - 2] as string).length;
  }
  return { values, count: messages.length, characters };
}

/** The messages of all channels. Offsets count 1, 2, 3, ... in each; `after: n` means from n + 1 on. */
export class MessageTable {
  readonly #insert: (values: readonly unknown[]) => void;
  readonly #statements: {
    readonly [name in
      | 'findChannel'
      | 'addChannel'
      | 'newest'
      | 'oldest'
      | 'page'
      | 'keys'
      | 'remove']: Database.Statement;
  };

  constructor(db: Database.Database) {
    this.#insert = createInsert(db, 'messages', ['id', ...messageColumns]);
    const inChannel = 'FROM messages WHERE id > ? AND id <= ?';
    this.#statements = {
      findChannel: db.prepare('SELECT id FROM channels WHERE name = ?').pluck(),
      addChannel: db.prepare('INSERT INTO channels (name) VALUES (?)'),
      newest: db.prepare(`SELECT max(id) ${inChannel}`).pluck(),
      oldest: db.prepare(`SELECT min(id) ${inChannel}`).pluck(),
      page: db.prepare(`SELECT id, ${messageColumns.join(', ')} ${inChannel} ORDER BY id LIMIT ?`).raw(),
      keys: db.prepare(`SELECT DISTINCT key ${inChannel}`).pluck(),
      remove: db.prepare('DELETE FROM messages WHERE id > ? AND id <= ?'),
    };
  }

  /** The number of a channel, new or not; inside a transaction. */
  channel(name: string): number {
    const found = this.#statements.findChannel.get(name) as number | undefined;
    if (found !== undefined) return found;
    const id = Number(this.#statements.addChannel.run(name).lastInsertRowid);
    if (id <= maxChannels) return id;
    throw new TestbedError(
      'UNSUPPORTED',
      `the sqlite bus holds ${maxChannels} channels; "${name}" is one more`,
    );
  }

  /** The offset of the newest message; 0 before the first. The newest is never removed. */
  newest(channel: number): number {
    const id = this.#statements.newest.get(...rangeOf(channel, 0)) as number | null;
    return id === null ? 0 : id - channel * channelSpan;
  }

  /** The offset before the oldest message held. */
  start(channel: number): number {
    const id = this.#statements.oldest.get(...rangeOf(channel, 0)) as number | null;
    return id === null ? 0 : id - channel * channelSpan - 1;
  }

  /** Appends, inside a transaction; the offset of the first. */
  append(channel: number, { values, count }: Encoded): number {
    const first = this.newest(channel) + 1;
    const id = channel * channelSpan + first;
    for (let index = 0; index < count; index++) values[index * width] = id + index;
    this.#insert(values);
    return first;
  }

  /** The next messages after an offset, fewer than `limit` when they are large. OUT_OF_RANGE when they were removed. */
  read(channel: number, after: number, limit: number): Message[] {
    const messages: Message[] = [];
    let characters = 0;
    const firstId = channel * channelSpan + after + 1;
    for (const row of this.#statements.page.iterate(...rangeOf(channel, after), limit)) {
      const [id] = row as [number];
      if (messages.length === 0 && id !== firstId) {
        throw new TestbedError('OUT_OF_RANGE', `${id - firstId} messages were removed before they were read`);
      }
      messages.push(toMessage(row as unknown[], 1));
      characters += ((row as unknown[])[width - 2] as string).length;
      if (characters > readCharacters) break;
    }
    return messages;
  }

  /** The distinct keys of the messages after one offset up to another. */
  keys(channel: number, after: number, upTo: number): readonly string[] {
    return this.#statements.keys.all(...rangeOf(channel, after, upTo)) as string[];
  }

  /** Removes the messages up to an offset; inside a transaction. */
  removeUpTo(channel: number, upTo: number): void {
    this.#statements.remove.run(...rangeOf(channel, 0, upTo));
  }
}

function rangeOf(channel: number, after: number, upTo = channelSpan - 1): readonly [number, number] {
  const base = channel * channelSpan;
  return [base + after, base + upTo];
}
