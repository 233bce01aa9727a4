import type { Verdict } from '../record.ts';
import { locationOf, signedRank } from '../signed-rank.ts';
import { type HolmStep, holm } from './many-tests.ts';

/** One primary metric over the rounds, as logarithms; above 0 is worse. */
export interface Harm {
  /** How much worse the head was than the base in each round. */
  readonly harms: readonly number[];
  /** Beyond it: DEGRADED. */
  readonly warn: number;
  /** Beyond it: FAIL. */
  readonly fail: number;
}

export interface Decision {
  readonly verdict: Extract<Verdict, 'PASS' | 'DEGRADED' | 'FAIL' | 'INCONCLUSIVE'>;
  /** Hodges-Lehmann; null without a round. */
  readonly estimate: number | null;
  /**
   * The harm is above `low` and below `high`, each with the certainty by which this was decided: FAIL and DEGRADED say that
   * `low` is past a margin, PASS that `high` is inside. Null where so few rounds cannot give it.
   */
  readonly low: number | null;
  readonly high: number | null;
  /** The smallest true harm that so many rounds that scatter so would call worse than `warn` in 9 of 10 tries; null as `low`. */
  readonly detectable: number | null;
  /** More rounds can change nothing that matters: it is not DEGRADED with FAIL still possible, nor INCONCLUSIVE. */
  readonly settled: boolean;
}

/** How many rounds it takes until the rarest outcome, all of them worse, is rare enough for the strictest of `metrics` tests. */
export function roundsNeeded(alpha: number, metrics: number): number {
  return Math.ceil(Math.log2(metrics / alpha) - 1e-9);
}

/**
 * Judges primary metrics by exact signed-rank tests, one-sided. That any of them is called worse than its margin without being
 * so has at most the chance `alpha` (Holm); that one is called PASS without being inside, each for itself: for all to pass, all
 * of them have to. With fewer rounds than their number needs, all are INCONCLUSIVE.
 */
export function decide(family: readonly Harm[], alpha: number): readonly Decision[] {
  const beyond = (margin: 'warn' | 'fail'): readonly HolmStep[] =>
    holm(
      family.map(({ harms, [margin]: shift }) => signedRank(harms.map((harm) => harm - shift)).greater),
      alpha,
    );
  const [fails, warns] = [beyond('fail'), beyond('warn')];
  const strictest = alpha / family.length;
  const needed = roundsNeeded(alpha, family.length);
  return family.map(({ harms, warn, fail }, at): Decision => {
    const enough = harms.length >= needed;
    const [ofFail, ofWarn] = [fails[at] as HolmStep, warns[at] as HolmStep];
    const isInside = signedRank(harms.map((harm) => harm - warn)).less <= alpha;
    const verdict = !enough
      ? 'INCONCLUSIVE'
      : ofFail.rejected
        ? 'FAIL'
        : ofWarn.rejected
          ? 'DEGRADED'
          : isInside
            ? 'PASS'
            : 'INCONCLUSIVE';
    const high = endOf(harms, alpha, 'high');
    return {
      verdict,
      estimate: harms.length === 0 ? null : locationOf(harms, 0.5).estimate,
      low: ofFail.rejected
        ? endOf(harms, ofFail.level, 'low')
        : lowBelow(fail, endOf(harms, ofWarn.level, 'low')),
      high,
      detectable: detectableOf(harms, strictest, warn),
      settled:
        verdict === 'PASS' || verdict === 'FAIL' || (verdict === 'DEGRADED' && high !== null && high < fail),
    };
  });
}

/** The two margins may have come to different steps of Holm's: what has not failed is not shown past the margin for it. */
function lowBelow(fail: number, low: number | null): number | null {
  return low === null ? null : Math.min(low, fail);
}

/** An end of the interval that is wrong on its side with the chance `level` at most. */
function endOf(harms: readonly number[], level: number, end: 'low' | 'high'): number | null {
  if (harms.length === 0) return null;
  return locationOf(harms, 1 - 2 * level).interval?.[end] ?? null;
}

/**
 * What a true value would have to be for other values that scatter as these do to show it above `warn`, at `level`, in 9 of 10
 * tries: the interval reaches as far from the estimate as chance does at `level`, and it takes somewhat more. Its longer half
 * counts: that few values happened to lie close together on one side is no promise. Nor is how far they lie apart at all: where
 * one in ten is far off, few values may have hardly any of those, and others more. So one standard error of their spread is added,
 * which for tails rather heavier than normal (a kurtosis of 5) is its 1/sqrt(n). Null as an interval.
 */
export function detectableOf(harms: readonly number[], level: number, warn: number): number | null {
  if (harms.length === 0) return null;
  const { estimate, interval } = locationOf(harms, 1 - 2 * level);
  if (interval === null) return null;
  const reach = Math.max(estimate - interval.low, interval.high - estimate);
  const larger = 1 + 1 / Math.sqrt(harms.length);
  return warn + reach * larger * (1 + upperQuantile(0.1) / upperQuantile(level));
}

/** What a normal variable is above with the chance p < 1/2, to 0.0005 (Abramowitz and Stegun 26.2.23). */
function upperQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  return t - above / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}
