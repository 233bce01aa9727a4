import { aggregatorOf, judgeRange } from './bound.ts';
import { type Measurement, observe } from './observe.ts';
import type { RunRecord, ThresholdResult } from './record.ts';
import type { Bound, RelativeBound, Threshold } from './threshold.ts';
import { verdictOf } from './verdict.ts';

/**
 * Holds every rule against what was measured: one result for each pass bound, and for each aggregator that has only a
 * healthy bound. What was not measured, or not often enough, is INCONCLUSIVE and says so; it is never a pass.
 */
export function judge(
  rules: readonly Threshold[],
  metrics: RunRecord['metrics'],
  context: Omit<Measurement, 'metrics'>,
): readonly ThresholdResult[] {
  const measurement = { metrics, ...context };
  return rules.flatMap((rule) => judgeRule(rule, measurement));
}

function judgeRule(
  { metric, phase, pass, healthy, relative = [] }: Threshold,
  measurement: Measurement,
): ThresholdResult[] {
  const sameAggregator = (bound: Bound) => (other: Bound) => aggregatorOf(other) === aggregatorOf(bound);
  const one = (bound: Bound, passing: readonly Bound[], wholesome: readonly Bound[]): ThresholdResult => {
    const { value, reason } = observe(measurement, metric, phase, bound);
    return {
      metric,
      phase,
      aggregator: aggregatorOf(bound),
      rule: bound.text,
      healthy: wholesome.length === 0 ? null : wholesome.map(({ text }) => text).join(', '),
      observed: value,
      verdict: value === null ? 'INCONCLUSIVE' : judgeRange(value, value, passing, wholesome),
      reason,
    };
  };
  const healthyOnly = healthy.filter((bound) => !pass.some(sameAggregator(bound)));
  return [
    ...pass.map((bound) => one(bound, [bound], healthy.filter(sameAggregator(bound)))),
    ...healthyOnly.map((bound) => one(bound, [], [bound])),
    ...relative.map((bound) => withoutBaseline(metric, phase, bound)),
  ];
}

/** Nothing to hold it against: that is no pass. */
function withoutBaseline(metric: string, phase: string | null, bound: RelativeBound): ThresholdResult {
  const reason = bound.missing ?? 'is held against a baseline, and none was named (--baseline NAME)';
  const rule = { metric, phase, aggregator: aggregatorOf(bound), rule: bound.text };
  return { ...rule, healthy: null, observed: null, verdict: 'INCONCLUSIVE', reason };
}

/** The measured time of a record: its phases without the warm-up. */
export function measuredMsOf({ phases }: Pick<RunRecord, 'phases'>): number {
  return phases
    .filter(({ warmup }) => !warmup)
    .reduce((total, { fromMs, toMs }) => total + (toMs - fromMs), 0);
}

/** The same record judged by other rules; what was measured, checked and found stays as it is. */
export function rejudge(record: RunRecord, rules: readonly Threshold[] = record.rules): RunRecord {
  const { metrics, phases, histograms } = record;
  const thresholds = judge(rules, metrics, { measuredMs: measuredMsOf(record), phases, histograms });
  return { ...record, rules, thresholds, verdict: verdictOf({ ...record, thresholds }) };
}
