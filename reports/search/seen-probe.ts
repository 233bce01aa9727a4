import { numberText, withUnit } from '../formats/number-text.ts';
import { wantsOfTime } from '../generator-doubts.ts';
import { type MetricDefinition, metricTable } from '../metric-table.ts';
import type { IndexCell, RunRecord, ThresholdResult } from '../record.ts';
import type { Outcome, Probe, SearchPlan } from './plan.ts';

/** A probe as its cell left it, and why it did not hold. */
export interface SeenProbe extends Probe {
  readonly iteration: number;
  /** What broke first stands first; empty where it held. */
  readonly reasons: readonly string[];
  /** It was the generator that did not keep up. */
  readonly lacksGenerator: boolean;
}

/** Nobody but the stack makes these, however little time the generator had. */
const stacksOwn: readonly string[] = [
  'errors',
  'dropped',
  'lost_acked',
  'duplicates',
  'phantom',
  'reordered',
];

/**
 * What a probe says of the value it played. A generator that did not keep up is no limit of the stack, so latencies that
 * broke a bound then say nothing; an operation that failed, or a check that was broken, does all the same.
 */
export function probeOf(
  { vary }: SearchPlan,
  value: number,
  cell: IndexCell,
  record: RunRecord | null,
): SeenProbe {
  const seen = { value, iteration: cell.iteration, achieved: record && achievedIn(record, vary, value) };
  const judged = (outcome: Outcome, reasons: readonly string[], lacksGenerator = false): SeenProbe => ({
    ...seen,
    outcome,
    reasons,
    lacksGenerator,
  });
  if (record === null) return judged('blind', [cell.reason ?? 'it left no record']);
  if (record.interrupted) return judged('blind', ['interrupted']);
  const own = ownReasons(record);
  if (own.length > 0) return judged('broke', [...own, ...failedIn(record, (result) => !isOwn(result))]);
  const doubts = record.findings.filter(({ verdict }) => verdict === 'INCONCLUSIVE');
  const slow = doubts.filter(({ about }) => wantsOfTime.includes(about));
  if (slow.length > 0)
    return judged(
      'blind',
      slow.map(({ about, detail }) => `${about}: ${detail}`),
      true,
    );
  if (record.verdict === 'FAIL') return judged('broke', allReasons(record));
  const refused = doubts.filter(({ about }) => about === 'late sends');
  if (refused.length > 0 && !isUnmanned(record))
    return judged(
      'broke',
      refused.map(({ detail }) => detail),
    );
  if (record.verdict === 'INCONCLUSIVE') return judged('blind', unjudgedIn(record));
  return judged('held', []);
}

/** Most sends were not made for want of agents, which says nothing of how fast the stack answers. */
function isUnmanned({ generator }: RunRecord): boolean {
  return Number(generator['unmannedSends'] ?? 0) * 2 > Number(generator['lateSends'] ?? 0);
}

const isOwn = ({ metric }: ThresholdResult): boolean => stacksOwn.includes(metric);

function ownReasons(record: RunRecord): readonly string[] {
  const checks = record.checks.filter(({ verdict }) => verdict === 'FAIL');
  return [...failedIn(record, isOwn), ...checks.map(({ check, detail }) => `check ${check}: ${detail}`)];
}

function allReasons(record: RunRecord): readonly string[] {
  const found = record.findings
    .filter(({ verdict }) => verdict === 'FAIL')
    .map(({ about, detail }) => `${about}: ${detail}`);
  return [...found, ...failedIn(record, () => true)];
}

function failedIn({ thresholds }: RunRecord, which: (result: ThresholdResult) => boolean): readonly string[] {
  return thresholds.filter((result) => result.verdict === 'FAIL' && which(result)).map(boundText);
}

function boundText({ metric, phase, rule, observed }: ThresholdResult): string {
  const known: { readonly [name: string]: MetricDefinition } = metricTable;
  const unit = known[metric]?.unit ?? '';
  const was = observed === null ? '' : `, was ${withUnit(numberText(observed, unit), unit)}`;
  return `${metric}${phase === null ? '' : ` ${phase}`} ${rule}${was}`;
}

function unjudgedIn({ findings, thresholds, checks }: RunRecord): readonly string[] {
  return [
    ...findings
      .filter(({ verdict }) => verdict === 'INCONCLUSIVE')
      .map(({ about, detail }) => `${about}: ${detail}`),
    ...thresholds
      .filter(({ verdict }) => verdict === 'INCONCLUSIVE')
      .map(({ metric, rule, reason }) => `${metric} ${rule}: ${reason ?? 'not measured'}`),
    ...checks
      .filter(({ verdict }) => verdict === 'INCONCLUSIVE')
      .map(({ check, detail }) => `check ${check}: ${detail}`),
  ];
}

const ratesOf = {
  messages: 'messages_per_s',
  transitions: 'transitions_per_s',
  reads: 'reads_per_s',
} as const satisfies { readonly [variable: string]: string };

/** Of what was asked for, the share that was done in time. */
function achievedIn({ metrics }: RunRecord, vary: SearchPlan['vary'], value: number): number | null {
  const numberOf = (name: string): number | null => {
    const metric = metrics[name];
    return metric !== undefined && 'value' in metric ? metric.value : null;
  };
  if (!(vary in ratesOf)) return numberOf('achieved_ratio');
  const perS = numberOf(ratesOf[vary as keyof typeof ratesOf]);
  return perS === null ? null : Math.min(1, perS / value);
}
