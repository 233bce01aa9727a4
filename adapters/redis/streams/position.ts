import { TestbedError } from '../../../core/error.ts';

/**
 * A place in a channel, an offset, and the id of a stream entry, all the same text: `<ms>-<count>`. `count` is how
 * many messages were ever appended up to and with this entry, so that the difference of two is how many lie
 * between them; `ms` is the server's clock, so that ids keep rising when a server has lost data and counts anew.
 */
export type Position = string;

/** Before everything. */
export const origin: Position = '0-0';

/** How many messages were ever appended up to here. */
export function countAt(position: Position): number {
  return Number(position.slice(position.indexOf('-') + 1));
}

/** INVALID_ARGUMENT when it is no offset of this bus. */
export function parseOffset(offset: string): Position {
  if (/^\d{1,15}-\d{1,15}$/.test(offset)) return offset;
  throw new TestbedError('INVALID_ARGUMENT', `"${offset}" is no offset of this bus`);
}

export function isBefore(a: Position, b: Position): boolean {
  const [aMs, aCount] = a.split('-').map(Number) as [number, number];
  const [bMs, bCount] = b.split('-').map(Number) as [number, number];
  return aMs < bMs || (aMs === bMs && aCount < bCount);
}
