import { locationOf, type SymmetricInterval } from './signed-rank.ts';

/** How several values of one number lie. */
export interface Spread {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Null for no values: a median of nothing does not exist. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
  return { count: sorted.length, min: sorted[0] as number, median, max: sorted.at(-1) as number };
}

/** One number of one round, on the reference and on the other side. */
export type Pair = readonly [reference: number, other: number];

/** The other side as a multiple of the reference. The sides swapped give the inverse of every number. */
export interface PairedRatio {
  readonly pairs: number;
  /** Of the rounds' own ratios; the middle of two is their geometric mean. */
  readonly rounds: Spread;
  /** Hodges-Lehmann estimate over the rounds. */
  readonly ratio: number;
  /** Around `ratio`; null where so few rounds cannot give the confidence. */
  readonly interval: SymmetricInterval | null;
}

/**
 * The ratio of two sides that ran in the same rounds, on ln(other / reference) of each round: what a round did to both
 * sides cancels out. `interval` is two-sided with at least `confidence`; a bound on one side alone with the error a is
 * an end of the interval with the confidence 1 - 2a. Null without a pair, and where a number has no logarithm: leaving
 * out just those rounds would favour a side.
 */
export function pairedRatio(pairs: readonly Pair[], confidence = 0.95): PairedRatio | null {
  const logs = pairs.map(([reference, other]) => Math.log(other) - Math.log(reference));
  const spread = spreadOf(logs);
  if (spread === null || !logs.every(Number.isFinite)) return null;
  const { estimate, interval } = locationOf(logs, confidence);
  const rounds = {
    count: spread.count,
    min: Math.exp(spread.min),
    median: Math.exp(spread.median),
    max: Math.exp(spread.max),
  };
  return {
    pairs: pairs.length,
    rounds,
    ratio: Math.exp(estimate),
    interval: interval && { ...interval, low: Math.exp(interval.low), high: Math.exp(interval.high) },
  };
}
