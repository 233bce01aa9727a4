/** Wilcoxon's signed-rank statistic, always by its exact distribution: no normal approximation at any size. */

/** How likely differences as far to one side would be if neither side were favoured. */
export interface SignedRank {
  /** Differences that are not zero: only these say anything. */
  readonly count: number;
  /** Sum of the ranks of the positive ones. */
  readonly statistic: number;
  /** P(W >= statistic): small when the differences lie above zero. */
  readonly greater: number;
  /** P(W <= statistic): small when they lie below. */
  readonly less: number;
  readonly twoSided: number;
}

/**
 * Of differences that are independent and, under the hypothesis, symmetric about zero. Zeros are left out; equal sizes
 * share their mean rank, and the distribution is then the one of just these ranks.
 */
export function signedRank(differences: readonly number[]): SignedRank {
  const ranked = midranks(differences.filter((difference) => difference !== 0));
  const doubled = sum(ranked.filter(({ positive }) => positive).map(({ doubledRank }) => doubledRank));
  const chances = distributionOf(ranked.map(({ doubledRank }) => doubledRank));
  const less = Math.min(1, sum(chances.subarray(0, doubled + 1)));
  const greater = Math.min(1, sum(chances.subarray(doubled)));
  return {
    count: ranked.length,
    statistic: doubled / 2,
    greater,
    less,
    twoSided: Math.min(1, 2 * Math.min(less, greater)),
  };
}

/** Twice the rank, so that the mean rank of a pair of equals is a whole number too. */
function midranks(differences: readonly number[]) {
  const sorted = [...differences].sort((left, right) => Math.abs(left) - Math.abs(right));
  const ranked: { readonly positive: boolean; readonly doubledRank: number }[] = [];
  for (let from = 0; from < sorted.length; ) {
    const size = Math.abs(sorted[from] as number);
    let to = from + 1;
    while (to < sorted.length && Math.abs(sorted[to] as number) === size) to++;
    for (const difference of sorted.slice(from, to)) {
      ranked.push({ positive: difference > 0, doubledRank: from + 1 + to });
    }
    from = to;
  }
  return ranked;
}

/** P(W = w) for w from 0 on, when each rank is in the sum with chance one half. */
function distributionOf(ranks: readonly number[]): Float64Array {
  const chances = new Float64Array(sum(ranks) + 1);
  chances[0] = 1;
  let reached = 0;
  for (const rank of ranks) {
    reached += rank;
    for (let at = reached; at >= 0; at--) {
      const joined = at >= rank ? (chances[at - rank] as number) : 0;
      chances[at] = ((chances[at] as number) + joined) / 2;
    }
  }
  return chances;
}

/** A range that holds the true value with at least the confidence asked for. */
export interface SymmetricInterval {
  readonly low: number;
  readonly high: number;
  /** What it really has: the steps of an exact distribution seldom meet a round number. */
  readonly confidence: number;
}

/** Where the middle of a symmetric distribution lies, by what was drawn from it. */
export interface Location {
  /** Hodges-Lehmann: the median of the averages of all pairs, each with itself included. */
  readonly estimate: number;
  /** Null where so few values cannot give the confidence: 6 are needed for 95 %. */
  readonly interval: SymmetricInterval | null;
}

/**
 * The estimate and interval that belong to the signed-rank test: the interval holds the shifts that it does not reject
 * at `1 - confidence`, half on each side. With equal values it is only wider than it had to be. `values` is not empty.
 */
export function locationOf(values: readonly number[], confidence: number): Location {
  const averages = pairAverages(values);
  const count = averages.length;
  const estimate = ((averages[(count - 1) >> 1] as number) + (averages[count >> 1] as number)) / 2;
  const chances = distributionOf(values.map((_, at) => at + 1));
  let outside = 0;
  let beyond = 0;
  const allowed = (1 - confidence) / 2 + 1e-12;
  while (beyond < count && outside + (chances[beyond] as number) <= allowed) {
    outside += chances[beyond] as number;
    beyond++;
  }
  if (beyond === 0) return { estimate, interval: null };
  const [low, high] = [averages[beyond - 1] as number, averages[count - beyond] as number];
  return { estimate, interval: { low, high, confidence: 1 - 2 * outside } };
}

/** Walsh's averages, ascending. */
function pairAverages(values: readonly number[]): Float64Array {
  const averages = new Float64Array((values.length * (values.length + 1)) / 2);
  let at = 0;
  for (const [index, left] of values.entries()) {
    for (const right of values.slice(index)) averages[at++] = (left + right) / 2;
  }
  return averages.sort();
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < values.length; at++) total += values[at] as number;
  return total;
}
