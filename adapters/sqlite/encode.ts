import { TestbedError } from '../../core/error.ts';
import type { Json, Message } from '../../core/message.ts';

/** SQLite takes more; this keeps one payload from stalling a process for long. */
export const maxPayloadBytes = 64 * 1024 * 1024;

/** A string goes in as it is, unless UTF-8 would change it; everything else as JSON text. */
export function isPlain(value: Json): value is string {
  return typeof value === 'string' && value.isWellFormed();
}

/** The text of a column that holds any JSON value; null stays null. INVALID_ARGUMENT when it is too large. */
export function textOf(value: Json): string | null {
  if (value === null) return null;
  const text = isPlain(value) ? value : JSON.stringify(value);
  // A character takes at most three bytes.
  if (text.length * 3 > maxPayloadBytes && Buffer.byteLength(text) > maxPayloadBytes) {
    throw new TestbedError(
      'INVALID_ARGUMENT',
      `a payload of ${text.length} characters is over ${maxPayloadBytes} bytes`,
    );
  }
  return text;
}

/** What `textOf` wrote; `json` says whether it was a plain string. CORRUPT when it cannot be read. */
export function jsonOf(text: string | null, json: boolean): Json {
  if (text === null || !json) return text;
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new TestbedError('CORRUPT', `stored JSON cannot be read: ${text.slice(0, 40)}`, { cause: error });
  }
}

export const messageColumns = [
  'key',
  'type',
  'swarm_id',
  'producer',
  'sequence',
  'at',
  'sent_at',
  'data',
  'json',
] as const;

/** Adds a message's column values to `values`, in the order of `messageColumns`. */
export function pushMessage(values: unknown[], message: Message): void {
  const { data } = message;
  const plain = isPlain(data);
  values.push(
    message.key,
    message.type,
    message.swarmId,
    message.producer,
    message.sequence,
    message.at,
    message.sentAt,
    data === null ? 'null' : textOf(data),
    plain ? 0 : 1,
  );
}

/** The message whose columns, in the order of `messageColumns`, start at `from`. */
export function toMessage(row: readonly unknown[], from: number): Message {
  return {
    key: row[from] as string,
    type: row[from + 1] as string,
    swarmId: row[from + 2] as string,
    producer: row[from + 3] as number,
    sequence: row[from + 4] as number,
    at: row[from + 5] as number,
    sentAt: row[from + 6] as number,
    data: jsonOf(row[from + 7] as string, row[from + 8] === 1),
  };
}
