import { TestbedError } from '../../../core/error.ts';
import type { Message } from '../../../core/message.ts';
import { unpack } from '../pack.ts';

/** One stream entry, read. */
export interface Entry {
  readonly partition: number;
  readonly id: string;
  /** How many messages it holds; null when it was cut from under a group that had been given it. */
  readonly messages: readonly Message[] | null;
  readonly bytes: number;
}

/** As XREAD and XREADGROUP answer: null, or a list of stream and entries. */
export type ReadReply =
  | readonly (readonly [
      stream: Buffer,
      entries: readonly (readonly [id: Buffer, fields: Buffer[] | null])[],
    ])[]
  | null;

export function parseEntries(reply: ReadReply, streams: readonly string[]): Entry[] {
  const entries: Entry[] = [];
  for (const [stream, found] of reply ?? []) {
    const partition = streams.indexOf(stream.toString());
    for (const [id, fields] of found) {
      const packed = fields?.[1];
      if (packed === undefined) entries.push({ partition, id: id.toString(), messages: null, bytes: 0 });
      else
        entries.push({
          partition,
          id: id.toString(),
          messages: readPack(packed, fields),
          bytes: packed.length,
        });
    }
  }
  return entries;
}

function readPack(packed: Buffer, fields: Buffer[] | null): Message[] {
  const messages = unpack(packed.toString());
  if (messages.length === Number(fields?.[0])) return messages;
  throw new TestbedError(
    'CORRUPT',
    `a stream entry holds ${messages.length} messages and says ${fields?.[0]}`,
  );
}
