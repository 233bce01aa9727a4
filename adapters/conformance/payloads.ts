import type { Json } from '../../core/message.ts';

/** Payloads that encodings have been known to change. */
export const oddPayloads: readonly (readonly [what: string, payload: Json])[] = [
  ['an empty string', ''],
  ['text that looks like JSON', '{"a":1}'],
  ['text that looks like null', 'null'],
  ['text of digits', '0012'],
  ['many scripts', 'Grüße, 世界, \u{1f600}'],
  ['a NUL', 'a\u0000b'],
  ['half of a surrogate pair', 'a\ud83d'],
  ['quotes and breaks', '"\'\\\r\n\t'],
  ['null', null],
  ['true', true],
  ['zero', 0],
  ['a fraction', 0.1],
  ['a large number', 1.5e300],
  ['a list', [1, 'two', null, [true]]],
  ['an object', { name: 'x', nested: { list: [1, 2, { deep: '' }] }, 'key with "quotes"': null }],
];

/** A large payload that a bus or storage of this limit must take. */
export function largePayload(maxPayloadBytes: number): string {
  return 'payload '.repeat(Math.floor(Math.min(maxPayloadBytes, 5 * 1024 * 1024) / 8));
}

/** Limits above this are not probed: a payload beyond them would be a test of the machine. */
export const probedLimitBytes = 128 * 1024 * 1024;
