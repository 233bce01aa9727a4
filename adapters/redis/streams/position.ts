import { TestbedError } from '../../../core/error.ts';

/**
 * A place in one partition of a channel, and the id of a stream entry: `<ms>-<count>`. `count` is how many messages were ever
 * appended up to and with this entry, so that the difference of two is how many lie between them; `ms` is the server's
 * clock, so that ids keep rising when a server has lost data and counts anew.
 */
export interface Position {
  readonly ms: number;
  readonly count: number;
}

/** One id per partition. */
export type Positions = readonly string[];

/** Before everything. */
export const origin = '0-0';

export function parseId(id: string): Position {
  const dash = id.indexOf('-');
  return { ms: Number(id.slice(0, dash)), count: Number(id.slice(dash + 1)) };
}

/** Negative when `a` is before `b`. */
export function compareIds(a: string, b: string): number {
  const left = parseId(a);
  const right = parseId(b);
  return left.ms - right.ms || left.count - right.count;
}

export function formatOffset(positions: Positions): string {
  return positions.join(',');
}

/** INVALID_ARGUMENT when it is no offset of a channel with so many partitions. */
export function parseOffset(offset: string, partitions: number): Positions {
  const positions = offset.split(',');
  if (positions.length === partitions && positions.every((id) => /^\d{1,15}-\d{1,15}$/.test(id)))
    return positions;
  throw new TestbedError('INVALID_ARGUMENT', `"${offset}" is no offset of this bus`);
}
