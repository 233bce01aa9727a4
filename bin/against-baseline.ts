import { TestbedError } from '../core/error.ts';
import { aggregatorOf } from '../reports/bound.ts';
import { valueIn } from '../reports/compare.ts';
import { configurationOf } from '../reports/configuration.ts';
import type { RunRecord } from '../reports/record.ts';
import { spreadOf } from '../reports/statistics.ts';
import type { Bound, RelativeBound, Threshold } from '../reports/threshold.ts';
import { isDoubtful } from '../reports/verdict.ts';
import type { Cell } from '../scenarios/scenario.ts';
import type { Baseline } from './history/baseline.ts';
import { nameOf } from './plan-text.ts';
import { changed } from './resume/differences.ts';

/**
 * The cells with limits where their bounds are so many times what a baseline had: in its cell of the same scenario, stack and
 * parameters, the median of its runs. INVALID_CONFIG where that was played on another machine or in another configuration,
 * unless that is `forced`.
 */
export function againstBaseline(
  cells: readonly Cell[],
  baseline: Baseline,
  { fingerprint, forced }: { readonly fingerprint: unknown; readonly forced: boolean },
): readonly Cell[] {
  if (!cells.some(({ scenario }) => scenario.thresholds.some(({ relative }) => relative !== undefined))) {
    throw wrong(
      `--baseline ${baseline.name}: no threshold is held against a baseline, such as "avg <= baseline * 1.1"`,
    );
  }
  if (baseline.fingerprint !== fingerprint && !forced) {
    const played = `played on another machine: ${baseline.fingerprint}, this is ${fingerprint}`;
    throw wrong(
      `not comparable: baseline ${baseline.name} was ${played} (--force takes its numbers all the same)`,
    );
  }
  return cells.map((cell) => {
    const records = recordsOf(baseline, cell);
    if (!forced) refuseOther(cell, records);
    const thresholds = cell.scenario.thresholds.map((rule) => resolved(rule, records, baseline.name));
    return { ...cell, scenario: { ...cell.scenario, thresholds } };
  });
}

/** What the baseline has of a cell and may be believed. */
function recordsOf({ result }: Baseline, { scenario, stack }: Cell): readonly RunRecord[] {
  const own = JSON.stringify(scenario.parameters ?? {});
  return result.records.filter(
    (record) =>
      record !== null &&
      !isDoubtful(record) &&
      record.scenario === scenario.name &&
      record.stack === stack.name &&
      JSON.stringify(record.parameters) === own,
  ) as readonly RunRecord[];
}

function refuseOther(cell: Cell, [record]: readonly RunRecord[]): void {
  if (record === undefined) return;
  const { name, workload, durability, replicas = 0, parameters = {} } = cell.scenario;
  const planned = { scenario: name, stack: cell.stack.name, workload, durability, replicas, parameters };
  // As a record has it: JSON knows no undefined.
  const [difference] = changed(nameOf(cell), configurationOf(record), JSON.parse(JSON.stringify(planned)));
  if (difference === undefined) return;
  throw wrong(`not comparable: ${difference} (--force takes the baseline's numbers all the same)`);
}

function resolved(rule: Threshold, records: readonly RunRecord[], name: string): Threshold {
  const { relative, ...rest } = rule;
  if (relative === undefined) return rule;
  const bounds = relative.map((each) => limited(each, rule, records, name));
  const missing = bounds.filter((each): each is RelativeBound => !('limit' in each));
  const known = (use: RelativeBound['use']): readonly Bound[] =>
    bounds.flatMap((each, at) => ('limit' in each && relative[at]?.use === use ? [each] : []));
  return {
    ...rest,
    pass: [...rule.pass, ...known('pass')],
    healthy: [...rule.healthy, ...known('healthy')],
    ...(missing.length > 0 && { relative: missing }),
  };
}

function limited(
  bound: RelativeBound,
  { metric, phase }: Threshold,
  records: readonly RunRecord[],
  name: string,
): Bound | RelativeBound {
  if (records.length === 0)
    return { ...bound, missing: `the baseline ${name} has no such cell that may be believed` };
  const aggregator = aggregatorOf(bound);
  const values = records.flatMap((record) => valueIn(record, { metric, phase, aggregator }) ?? []);
  const baseline = spreadOf(values)?.median;
  if (baseline === undefined)
    return { ...bound, missing: `the baseline ${name} has not measured it often enough` };
  const { use: _, factor, text, ...same } = bound;
  return { ...same, limit: baseline * factor, overMs: null, relative: { factor, baseline }, text };
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
