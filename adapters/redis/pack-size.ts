import type { Message } from '../../core/message.ts';
import { checkSize } from './payload.ts';

/** Throws INVALID_ARGUMENT when one of the payloads is too large. */
export function checkPayloads(messages: readonly Message[]): void {
  for (const { data } of messages) {
    if (typeof data === 'string') checkSize('a payload', data);
    else if (typeof data === 'object' && data !== null) checkSize('a payload', JSON.stringify(data));
  }
}
