import type { Clock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';

/** A clock read elsewhere: asked at, what it showed, answered at; all in ms. */
export type Reading = readonly [askedMs: number, shownMs: number, answeredMs: number];

const readings = 20;
/** What two readings of one clock can differ by for the rounding of doubles alone, in ms. */
const grainMs = 0.005;

/**
 * To how many ms a clock that was read elsewhere is known to be ours; null when it is another: it showed a time at which it had
 * not been asked yet, or had been answered already.
 */
export function sameWithinMs(read: readonly Reading[]): number | null {
  const isOurs = read.every(
    ([askedMs, shownMs, answeredMs]) => shownMs >= askedMs - grainMs && shownMs <= answeredMs + grainMs,
  );
  return isOurs && read.length > 0
    ? Math.min(...read.map(([askedMs, , answeredMs]) => answeredMs - askedMs))
    : null;
}

/** Asks a worker what time it is, again and again. UNSUPPORTED when its clock is not ours: then it is on another machine. */
export async function verifyClock(ask: () => Promise<number>, clock: Clock, who: string): Promise<number> {
  const read: Reading[] = [];
  while (read.length < readings) {
    const askedMs = clock.now();
    const shownMs = await ask();
    read.push([askedMs, shownMs, clock.now()]);
  }
  const withinMs = sameWithinMs(read);
  if (withinMs !== null) return withinMs;
  const message = `${who} does not have our clock: the workers of a load are processes of one machine`;
  throw new TestbedError('UNSUPPORTED', message);
}
