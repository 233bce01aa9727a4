import { TestbedError } from '../../core/error.ts';
import type { Json } from '../../core/message.ts';

/** Largest payload of one message or record, as encoded. Postgres takes more; this keeps one from stalling everybody. */
export const maxPayloadBytes = 32 * 1024 * 1024;

/** The text of a payload; any value comes back as it was. INVALID_ARGUMENT when it is too large. */
export function encodePayload(value: Json): string {
  const text = JSON.stringify(value);
  // A character takes at most three bytes: only those in doubt are measured.
  if (text.length * 3 > maxPayloadBytes && Buffer.byteLength(text) > maxPayloadBytes) {
    throw new TestbedError(
      'INVALID_ARGUMENT',
      `a payload of ${text.length} characters is over ${maxPayloadBytes} bytes`,
    );
  }
  return text;
}

/** CORRUPT when it is not a text that `encodePayload` made. */
export function decodePayload(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new TestbedError('CORRUPT', `stored JSON cannot be read: ${text.slice(0, 40)}`, { cause });
  }
}
