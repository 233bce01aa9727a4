/** What many tests at once may call significant. */

export interface HolmStep {
  readonly rejected: boolean;
  /** What its p was held against: of those that were not reached, what the last one was. */
  readonly level: number;
}

/** Holm's procedure: the smallest p against alpha / m, the next against alpha / (m - 1), until one is not small enough. */
export function holm(ps: readonly number[], alpha: number): readonly HolmStep[] {
  const steps: HolmStep[] = [];
  let level = 0;
  let rejected = true;
  for (const [done, [at, p]] of ascending(ps).entries()) {
    if (rejected) {
      level = alpha / (ps.length - done);
      rejected = p <= level;
    }
    steps[at] = { rejected, level };
  }
  return steps;
}

/**
 * Benjamini and Hochberg's procedure, as adjusted p: of those at most `q`, the share that is there by chance is expected to be
 * `q` at most. In the order of `ps`.
 */
export function falseDiscoveryRates(ps: readonly number[]): readonly number[] {
  const adjusted: number[] = [];
  let least = 1;
  for (const [before, [at, p]] of ascending(ps).toReversed().entries()) {
    least = Math.min(least, (p * ps.length) / (ps.length - before));
    adjusted[at] = least;
  }
  return adjusted;
}

function ascending(ps: readonly number[]): readonly (readonly [at: number, p: number])[] {
  return [...ps.entries()].sort(([, left], [, right]) => left - right);
}
