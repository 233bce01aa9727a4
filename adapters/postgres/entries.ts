import type { Message } from '../../core/message.ts';
import { unpack } from './packing.ts';
import { covers, type Span } from './spans.ts';

/** A message and where it lies in its channel. */
export interface Placed {
  readonly offset: number;
  readonly message: Message;
}

/** An entry as read: the offset of its last message, how many there are, and the body. */
export type StoredEntry = readonly [id: string | null, count: string | null, body: string | null];

/** The messages of entries that lie after an offset, in order. */
export function messagesAfter(entries: readonly StoredEntry[], after: number): Placed[] {
  return placed(entries, (offset) => offset > after);
}

/** The messages of entries that lie in any of the spans, in order. */
export function messagesIn(entries: readonly StoredEntry[], spans: readonly Span[]): Placed[] {
  return placed(entries, (offset) => covers(spans, offset));
}

function placed(entries: readonly StoredEntry[], wanted: (offset: number) => boolean): Placed[] {
  const found: Placed[] = [];
  for (const [id, count, body] of entries) {
    let offset = Number(id) - Number(count);
    for (const message of unpack(body as string)) {
      offset++;
      if (wanted(offset)) found.push({ offset, message });
    }
  }
  return found;
}
