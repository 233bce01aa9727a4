import { TestbedError } from '../../../core/error.ts';
import type { Message } from '../../../core/message.ts';
import { unpack } from '../pack.ts';
import type { Position } from './position.ts';

/** One stream entry, read: fields are its count and pack, then the slots of its messages. */
export interface Entry {
  readonly id: Position;
  readonly messages: readonly Message[];
  readonly bytes: number;
}

/** As XREAD of one stream answers: null, or the stream and its entries. */
export type ReadReply =
  | readonly [
      readonly [stream: Buffer, entries: readonly (readonly [id: Buffer, fields: readonly Buffer[]])[]],
    ]
  | null;

export function parseEntries(reply: ReadReply): Entry[] {
  if (reply === null) return [];
  return reply[0][1].map(([id, [count, packed]]) => {
    if (count === undefined || packed === undefined)
      throw new TestbedError('CORRUPT', `stream entry ${id} has no pack`);
    const messages = unpack(packed.toString());
    if (messages.length !== Number(count.toString())) {
      throw new TestbedError('CORRUPT', `stream entry ${id} holds ${messages.length} messages, not ${count}`);
    }
    return { id: id.toString(), messages, bytes: packed.length };
  });
}
