/** A share that was counted, with the range that holds the true one (Clopper and Pearson), as shares of 1. */
export interface ExactShare {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Of `count` tries `found` were so: the interval is wrong on either side with the chance `(1 - confidence) / 2` at most. */
export function exactShare(found: number, count: number, confidence = 0.95): ExactShare {
  const outside = (1 - confidence) / 2;
  return {
    share: found / count,
    low: found === 0 ? 0 : crossing((share) => 1 - atMost(found - 1, count, share) > outside),
    high: found === count ? 1 : crossing((share) => atMost(found, count, share) < outside),
  };
}

/** A true share above this would have shown more than `found` of `count` in all but 1 of 20 tries. */
export function exactBound(found: number, count: number, confidence = 0.95): number {
  return exactShare(found, count, 2 * confidence - 1).high;
}

/** P(X <= found) of a binomial variable, from logarithms: the coefficients of some hundred tries are no numbers any more. */
function atMost(found: number, count: number, share: number): number {
  let log = count * Math.log1p(-share);
  let total = Math.exp(log);
  for (let at = 1; at <= found; at++) {
    log += Math.log((count - at + 1) / at) + Math.log(share) - Math.log1p(-share);
    total += Math.exp(log);
  }
  return Math.min(1, total);
}

/** Where, between 0 and 1, a condition that holds from there on begins to. */
function crossing(holds: (share: number) => boolean): number {
  let [low, high] = [0, 1];
  // Half and half again, until two neighbours are the same number.
  for (let middle = 0.5; middle > low && middle < high; middle = (low + high) / 2) {
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** `99.1 % (97.1 to 99.8)`. */
export function shareText(found: number, count: number): string {
  if (count === 0) return 'none';
  const { share, low, high } = exactShare(found, count);
  const [middle, from, to] = [share, low, high].map((value) => (100 * value).toFixed(1));
  return `${middle} % (${from} to ${to})`;
}
