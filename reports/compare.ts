import { measuredMsOf } from './judge.ts';
import { observe } from './observe.ts';
import type { RunRecord, Subject } from './record.ts';
import { type Pair, pairedRatio, spreadOf } from './statistics.ts';
import type { Bound } from './threshold.ts';

/** From this many rounds on a comparison has an interval; below it, only how far the rounds lie apart. */
export const roundsForInterval = 12;

/** What a record says of a number, by the rules that judge it: null where it was not measured, or not often enough. */
export function valueIn(record: RunRecord, { metric, phase, aggregator }: Subject): number | null {
  const percentile = /^p\((.+)\)$/.exec(aggregator)?.[1];
  const bound: Bound = {
    aggregator: (percentile === undefined ? aggregator : 'p') as Bound['aggregator'],
    percentile: percentile === undefined ? null : Number(percentile),
    operator: '<',
    limit: 0,
    overMs: null,
    text: '',
  };
  return observe({ ...record, measuredMs: measuredMsOf(record) }, metric, phase, bound).value;
}

/** The values of one number on one stack, by round. */
export type Rounds = ReadonlyMap<number, number>;

/** The rounds that both sides have. */
export function pairsOf(reference: Rounds, other: Rounds): readonly Pair[] {
  return [...reference].flatMap(([round, value]): Pair[] => {
    const beside = other.get(round);
    return beside === undefined ? [] : [[value, beside]];
  });
}

export type Better = 'lower' | 'higher';

/** Two stacks less than this apart are alike, however surely they differ. */
export const noticeable = 0.01;

/** One round could be chance: a stack that is ahead in fewer is not told apart. */
const roundsToLead = 2;

/**
 * Which of several stacks lead: the one with the best median, and those that are alike or cannot be told apart from it.
 * None where there is nobody to lead, or everybody would.
 */
export function leadersOf(stacks: readonly Rounds[], better: Better): readonly boolean[] {
  const sign = better === 'lower' ? 1 : -1;
  const medians = stacks.map((rounds) => (spreadOf([...rounds.values()])?.median ?? Number.NaN) * sign);
  const candidates = medians.filter((median) => !Number.isNaN(median)).length;
  const best = stacks[medians.indexOf(Math.min(...medians.filter((median) => !Number.isNaN(median))))];
  if (best === undefined) return stacks.map(() => false);
  const leading = stacks.map(
    (rounds) => rounds.size > 0 && (rounds === best || !isAheadOf(best, rounds, better)),
  );
  return leading.filter(Boolean).length === candidates ? stacks.map(() => false) : leading;
}

const isAheadOf = (best: Rounds, other: Rounds, better: Better): boolean =>
  pairsOf(other, best).length >= roundsToLead && isBetter(best, other, better);

/** Whether their rounds tell two stacks apart. */
export function areTold(one: Rounds, other: Rounds): boolean {
  return isBetter(one, other, 'lower') || isBetter(one, other, 'higher');
}

/** Noticeably better, and beyond doubt: with enough rounds by the interval of the ratio, with fewer in each single one. */
function isBetter(one: Rounds, other: Rounds, better: Better): boolean {
  const pairs = pairsOf(other, one);
  const ratio = pairedRatio(pairs);
  const isAhead = (left: number, right: number): boolean =>
    better === 'lower' ? left < right : left > right;
  if (ratio !== null && Math.abs(Math.log(ratio.rounds.median)) < Math.log1p(noticeable)) return false;
  if (ratio !== null && ratio.interval !== null && pairs.length >= roundsForInterval) {
    return isAhead(better === 'lower' ? ratio.interval.high : ratio.interval.low, 1);
  }
  return pairs.length > 0 && pairs.every(([left, right]) => isAhead(right, left));
}
