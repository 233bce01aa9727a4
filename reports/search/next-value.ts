import { type Bracket, bracketOf, isBlind, isDraw, levelsOf, timesOf } from './bracket.ts';
import { confidenceOf, leastSure } from './confidence.ts';
import { type Probe, playable, type SearchPlan } from './plan.ts';

/** So many probes at first go where the one that broke points to; then the interval is halved, which never fails. */
const pointed = 5;
/** So many that all hold, or all break, and the end of the range is asked. */
const alike = 2;
/** A value that could not be seen so often is not played again: this machine is too busy to say more, now. */
const mostBlind = 3;

/**
 * The value to play next, or null when the answer is known or the probes are used up. It follows from the probes alone, so
 * that a search which was interrupted goes on as it would have. Closes in on the edge first, in ratios; then plays again
 * what the answer rests on, until it is as sure as was asked for.
 */
export function nextValue(plan: SearchPlan, probes: readonly Probe[]): number | null {
  if (probes.length >= plan.probes) return null;
  const bracket = bracketOf(probes);
  return closingIn(plan, probes, bracket) ?? again(plan, probes, bracket);
}

/** Whether what broke lies as near above what held as was asked for, or an end of the range is the answer. */
export function isClosed(plan: SearchPlan, probes: readonly Probe[]): boolean {
  return closingIn(plan, probes, bracketOf(probes)) === null;
}

function closingIn(plan: SearchPlan, probes: readonly Probe[], { low, high }: Bracket): number | null {
  const { vary, from, to, within } = plan;
  const levels = levelsOf(probes);
  const [under, over] = [low?.value ?? from, high?.value ?? to];
  const fresh = (values: readonly number[]): number | undefined =>
    values.map((value) => playable(vary, value)).find((value) => value > under && value < over);
  const isOpen = low === null || high === null || over > under * (1 + within);
  const near = isOpen ? fresh(besideDoubt(plan, probes, { low, high })) : undefined;
  if (near !== undefined) return near;
  if (low === null && high !== null) {
    if (high.value <= from) return null;
    if (levels.length >= alike) return from;
  }
  if (high === null && low !== null) {
    if (low.value >= to) return null;
    if (levels.length >= alike) return to;
  }
  if (!isOpen) return null;
  const between = fresh([...pointedTo(plan, probes), Math.sqrt(under * over)]);
  if (between !== undefined) return between;
  // Nothing lies between: an end that was never played is all that is left to ask.
  if (low === null) return from;
  return high === null ? to : null;
}

/**
 * Where probes have contradicted each other the edge is near: one step further out, and with every step that does not end it
 * twice as far, not half of the way to a value that may be anywhere.
 */
function besideDoubt(
  { within }: SearchPlan,
  probes: readonly Probe[],
  { low, high }: Bracket,
): readonly number[] {
  const step = (1 + within) ** 0.9;
  const held = probes.filter(({ value, outcome }) => value >= (high?.value ?? value) && outcome === 'held');
  const broke = probes.filter(({ value, outcome }) => value <= (low?.value ?? value) && outcome !== 'held');
  const heldLowest = Math.min(...held.map(({ value }) => value));
  const brokeHighest = Math.max(...broke.map(({ value }) => value));
  return [
    ...(high !== null && held.length > 0 ? [high.value / Math.max(step, heldLowest / high.value)] : []),
    ...(low !== null && broke.length > 0 ? [low.value * Math.max(step, low.value / brokeHighest)] : []),
  ];
}

/**
 * A stack that cannot do more does what it can: an overloaded probe says about where the edge is. Just below and just above
 * that are played, near enough to each other to be the answer.
 */
function pointedTo({ within }: SearchPlan, probes: readonly Probe[]): readonly number[] {
  if (probes.length >= pointed) return [];
  const broke = levelsOf(probes).flatMap(({ probes: own }) =>
    own.filter(({ outcome }) => outcome !== 'held'),
  );
  const [lowest] = broke;
  if (lowest === undefined || lowest.achieved === null || lowest.achieved <= 0) return [];
  const point = lowest.value * lowest.achieved;
  const step = (1 + within) ** 0.45;
  return [point / step, point * step];
}

function again(plan: SearchPlan, probes: readonly Probe[], bracket: Bracket): number | null {
  const { high } = bracket;
  // Another program may have been in the way for a moment; and of a draw nothing is known.
  if (high !== null && (isDraw(high) || (isBlind(high) && high.probes.length < 2))) return high.value;
  if (confidenceOf(bracket, probes) >= plan.confidence) return null;
  const level = leastSure(bracket, probes);
  return level === null || timesOf(level.probes, 'blind') >= mostBlind ? null : level.value;
}
