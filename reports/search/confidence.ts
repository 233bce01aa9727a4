import { type Bracket, isBlind, type Level, levelsOf, timesOf } from './bracket.ts';
import type { Probe } from './plan.ts';

/**
 * How sure it is that the edge, where half of the probes hold, lies in the bracket: at least this share of searches is
 * right. It rests on repetition alone. The first probe of a value made it the edge, so it proves nothing; of those after
 * it, as many agree by chance as of thrown coins at the most, were the edge elsewhere (sign test). Every other value that was
 * taken for that edge and played again was a chance to be wrong as well, and counts (Bonferroni).
 */
export function confidenceOf(bracket: Bracket, probes: readonly Probe[]): number {
  return Math.max(0, 1 - doubtOf(bracket.low, 'held', probes) - doubtOf(seenHigh(bracket), 'broke', probes));
}

/** What does most for it to be played once more; null where neither edge is known. */
export function leastSure(bracket: Bracket, probes: readonly Probe[]): Level | null {
  const high = seenHigh(bracket);
  if (bracket.low === null || high === null) return bracket.low ?? high;
  return doubtOf(bracket.low, 'held', probes) >= doubtOf(high, 'broke', probes) ? bracket.low : high;
}

/** Nothing is claimed of where it could only not be seen. */
function seenHigh({ high }: Bracket): Level | null {
  return high === null || isBlind(high) ? null : high;
}

function doubtOf(level: Level | null, seen: 'held' | 'broke', probes: readonly Probe[]): number {
  if (level === null) return 0;
  // What could not be seen says nothing of what broke; of what is to hold it says that it did not.
  const told = seen === 'held' ? level.probes : level.probes.filter(({ outcome }) => outcome !== 'blind');
  const again = told.slice(1);
  const agreeing = timesOf(again, seen);
  const tries = levelsOf(probes).filter(
    ({ probes: [first, ...more] }) => first?.outcome === seen && more.length > 0,
  );
  return Math.max(1, tries.length) * chanceOf(agreeing, again.length);
}

/** So many heads, or more, of so many coins. */
function chanceOf(heads: number, coins: number): number {
  let chance = 0;
  for (let seen = heads; seen <= coins; seen++) chance += choose(coins, seen) / 2 ** coins;
  return chance;
}

function choose(of: number, many: number): number {
  let ways = 1;
  for (let at = 1; at <= many; at++) ways = (ways * (of - many + at)) / at;
  return ways;
}
