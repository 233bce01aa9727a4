/** What was judged, held against what was measured and what was to hold. */
import { rejudge } from '../judge.ts';
import type { ThresholdResult } from '../record.ts';
import { verdictOf } from '../verdict.ts';
import { isNear, numberOf, type Rule } from './contradiction.ts';

/** A count above 0, and the checks that then cannot have passed: they look at the whole run, the count at a part of it. */
const denials = [
  ['lost_acked', ['no-lost-acked', 'at-least-once', 'exactly-once-effect']],
  ['duplicates', ['exactly-once-effect']],
  ['reordered', ['order-per-key']],
  ['phantom', ['no-phantom']],
] as const;

export const countAgainstCheck: Rule = (record) => {
  for (const [metric, names] of denials) {
    const value = numberOf(record, metric) ?? 0;
    const passed: readonly string[] = value > 0 ? names : [];
    const at = record.checks.findIndex(({ check, verdict }) => verdict === 'PASS' && passed.includes(check));
    if (at >= 0) {
      const message = `is PASS, and metrics.${metric} is ${value}`;
      return { steps: ['checks', at, 'verdict'], message };
    }
  }
  return null;
};

export const passWithEvidence: Rule = ({ checks }) => {
  const at = checks.findIndex(({ verdict, evidence }) => verdict === 'PASS' && evidence.length > 0);
  return at < 0
    ? null
    : { steps: ['checks', at, 'verdict'], message: `is PASS, and there is evidence against it` };
};

export const checksAgainstAsked: Rule = ({ asked, checks }) => {
  const listed = checks.map(({ check }) => check).join(', ') || 'none';
  const wanted = asked?.join(', ') || 'none';
  if (asked === undefined || listed === wanted) return null;
  return { steps: ['checks'], message: `asked for were ${wanted}; there are ${listed}` };
};

/** What a check found is a file of its own. */
export const checkOfFileMissing: Rule = ({ files, checks }) => {
  for (const [at, file] of files.entries()) {
    const [, name] = /^checks\/(.+)\.ndjson$/.exec(file) ?? [];
    if (name === undefined) continue;
    const found = checks.find(({ check }) => check === name);
    if (found === undefined)
      return { steps: ['files', at], message: `there is no check ${name} that could have written it` };
  }
  return null;
};

export const thresholdsAgainstRules: Rule = (record) => {
  const { rules, thresholds } = record;
  const again = rejudge(record).thresholds;
  if (again.length !== thresholds.length) {
    const message = `${rules.length} rules give ${again.length} results, there are ${thresholds.length}`;
    return { steps: ['thresholds'], message };
  }
  for (const [at, result] of thresholds.entries()) {
    const expected = again[at] as ThresholdResult;
    if (isSameResult(result, expected)) continue;
    const message = `${nameOf(result)} is listed as ${shown(result)}, judged again ${nameOf(expected)} is ${shown(expected)}`;
    return { steps: ['thresholds', at], message };
  }
  return null;
};

function nameOf({ metric, rule }: ThresholdResult): string {
  return `${metric} ${rule}`;
}

function shown({ verdict, observed }: ThresholdResult): string {
  return `${verdict} (${observed ?? 'not measured'})`;
}

/** A rate divides by the measured time, which a record knows only by its phases: that much may differ. */
function isSameResult(left: ThresholdResult, right: ThresholdResult): boolean {
  const near =
    left.observed === null || right.observed === null
      ? left.observed === right.observed
      : isNear(left.observed, right.observed);
  return (
    near && nameOf(left) === nameOf(right) && left.phase === right.phase && left.verdict === right.verdict
  );
}

export const verdictAgainstResults: Rule = (record) => {
  const following = verdictOf(record);
  if (record.verdict === following) return null;
  return { steps: ['verdict'], message: `is ${record.verdict}, its own results make it ${following}` };
};
