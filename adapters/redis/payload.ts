import { TestbedError } from '../../core/error.ts';

/** A payload travels in one bulk string, and is in memory several times on its way. */
export const maxPayloadBytes = 64 * 1024 * 1024;

/** Throws INVALID_ARGUMENT when the text takes more bytes than one payload may. */
export function checkSize(what: string, text: string): void {
  // A UTF-16 unit never takes more than three bytes: almost always that is all there is to look at.
  if (text.length * 3 <= maxPayloadBytes) return;
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxPayloadBytes) return;
  throw new TestbedError(
    'INVALID_ARGUMENT',
    `${what} of ${bytes} bytes is too large: ${maxPayloadBytes} is the most`,
  );
}
