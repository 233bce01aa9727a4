import type { CheckResult, Finding, ThresholdResult, Verdict } from './record.ts';

/** Every verdict, worst first. UNSUPPORTED has no place among the others: it says nothing good or bad. */
export const verdicts = [
  'FAIL',
  'INCONCLUSIVE',
  'DEGRADED',
  'PASS',
  'UNSUPPORTED',
] as const satisfies Verdict[];

/** FAIL > INCONCLUSIVE > DEGRADED > PASS. UNSUPPORTED is left out; nothing left to judge is INCONCLUSIVE. */
export function worst(given: Iterable<Verdict>): Verdict {
  const present = new Set(given);
  present.delete('UNSUPPORTED');
  return verdicts.find((verdict) => present.has(verdict)) ?? 'INCONCLUSIVE';
}

/** What one line about several cells shows: the worst of them, or UNSUPPORTED when it was that in all. */
export function summaryVerdict(given: readonly Verdict[]): Verdict {
  return given.length > 0 && given.every((verdict) => verdict === 'UNSUPPORTED')
    ? 'UNSUPPORTED'
    : worst(given);
}

export const failOnLevels = ['fail', 'degraded', 'unsupported'] as const;
/** What ends with exit code 1. Cumulative: `unsupported` contains `degraded` contains `fail`. */
export type FailOn = (typeof failOnLevels)[number];

const failing: { readonly [level in FailOn]: readonly Verdict[] } = {
  fail: ['FAIL'],
  degraded: ['FAIL', 'DEGRADED'],
  unsupported: ['FAIL', 'DEGRADED', 'UNSUPPORTED'],
};

/** The exit code of a run that came to its end: 1 wins over 2, and a run with nothing to judge is never 0. */
export function exitCodeOf(given: readonly Verdict[], failOn: FailOn): 0 | 1 | 2 {
  if (given.some((verdict) => failing[failOn].includes(verdict))) return 1;
  return worst(given) === 'INCONCLUSIVE' ? 2 : 0;
}

/** Everything a cell's verdict follows from. */
export interface Judged {
  readonly thresholds: readonly Pick<ThresholdResult, 'verdict'>[];
  readonly checks: readonly Pick<CheckResult, 'verdict'>[];
  readonly findings: readonly Pick<Finding, 'verdict'>[];
  readonly interrupted: boolean;
}

/**
 * The verdict of a cell. A cell for which no threshold and no check could be judged is INCONCLUSIVE however quiet it
 * was, and so is one that was interrupted, unless something failed before that.
 */
export function verdictOf({ thresholds, checks, findings, interrupted }: Judged): Verdict {
  const judged = [...thresholds, ...checks].map(({ verdict }) => verdict);
  const found = findings.map(({ verdict }) => verdict).filter((verdict) => verdict !== 'NOTE');
  return worst([worst(judged), ...found, ...(interrupted ? (['INCONCLUSIVE'] as const) : [])]);
}

/**
 * Whether something was found that makes a cell's numbers doubtful: a generator that did not keep its schedule, a ledger
 * that cannot account for everything, an end before its time. Then nothing of it has passed, whatever its numbers say.
 */
export function isDoubtful({ findings, interrupted }: Pick<Judged, 'findings' | 'interrupted'>): boolean {
  return interrupted || findings.some(({ verdict }) => verdict === 'INCONCLUSIVE');
}

/** What a number's own verdict is worth in its cell: in a doubtful one only that it failed is told. */
export function verdictWithin(cell: Pick<Judged, 'findings' | 'interrupted'>, own: Verdict): Verdict {
  return isDoubtful(cell) ? worst([own, 'INCONCLUSIVE']) : own;
}
