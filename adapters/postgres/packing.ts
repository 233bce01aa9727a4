import { TestbedError } from '../../core/error.ts';
import type { Json, Message } from '../../core/message.ts';
import { encodePayload, maxPayloadBytes } from './payload.ts';

/** A message as it lies in an entry: what a row's body holds an array of. */
type Packed = readonly [
  key: string,
  type: string,
  swarmId: string,
  producer: number,
  sequence: number,
  at: number,
  sentAt: number,
  data: Json,
];

/** Several messages in one row. */
export interface Entry {
  readonly count: number;
  readonly body: string;
}

/** Messages published at once, encoded. */
export interface Parcel {
  readonly texts: readonly string[];
  /** About how much it weighs in a statement. */
  readonly bytes: number;
}

/** Most messages of an entry. */
export const entryMessages = 500;
/** A row up to about this size fits on a page; a larger one would be cut up and put together again at every read. */
const entryBytes = 7_900;
/** Largest publish: it is one statement. */
const maxParcelBytes = 256 * 1024 * 1024;

/** Encodes what is published at once. INVALID_ARGUMENT when it is too large. */
export function encode(messages: readonly Message[]): Parcel {
  let bytes = 0;
  const texts = messages.map((message) => {
    const text = encodeMessage(message);
    bytes += text.length;
    return text;
  });
  if (bytes <= maxParcelBytes) return { texts, bytes };
  throw new TestbedError(
    'INVALID_ARGUMENT',
    `a publish of ${bytes} characters is too large: ${maxParcelBytes} at the most`,
  );
}

function encodeMessage({ key, type, swarmId, producer, sequence, at, sentAt, data }: Message): string {
  const text = JSON.stringify([key, type, swarmId, producer, sequence, at, sentAt, data] satisfies Packed);
  // The payload is most of a text that is large.
  if (text.length * 3 > maxPayloadBytes) encodePayload(data);
  return text;
}

/** Fills entries, in order. */
export function pack(parcels: readonly Parcel[]): Entry[] {
  const entries: Entry[] = [];
  let texts: string[] = [];
  let bytes = 0;
  const seal = (): void => {
    if (texts.length > 0) entries.push({ count: texts.length, body: `[${texts.join(',')}]` });
    texts = [];
    bytes = 0;
  };
  for (const parcel of parcels) {
    for (const text of parcel.texts) {
      if (texts.length === entryMessages || bytes + text.length > entryBytes) seal();
      texts.push(text);
      bytes += text.length + 1;
    }
  }
  seal();
  return entries;
}

/** An entry's messages. CORRUPT when the body is not one that `pack` made. */
export function unpack(body: string): Message[] {
  try {
    return (JSON.parse(body) as Packed[]).map(
      ([key, type, swarmId, producer, sequence, at, sentAt, data]): Message => ({
        key,
        type,
        swarmId,
        producer,
        sequence,
        at,
        sentAt,
        data,
      }),
    );
  } catch (cause) {
    throw new TestbedError('CORRUPT', 'an entry of the bus is no longer what was written', { cause });
  }
}
