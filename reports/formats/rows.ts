import { aggregatorOf } from '../bound.ts';
import { metricTable } from '../metric-table.ts';
import type { Metric, RunRecord, ThresholdResult, Verdict } from '../record.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import type { Bound } from '../threshold.ts';
import { verdictWithin, worst } from '../verdict.ts';
import type { Reference, ReferenceMetric } from './reporter.ts';
import type { Column } from './sheet.ts';

/** One number of one metric, over all stacks. */
export interface Row {
  readonly metric: string;
  readonly phase: string | null;
  /** `avg`, `p(95)`, `count`, `value`, ... */
  readonly aggregator: string;
  /** Of the numbers in this row: a count of samples is no duration. */
  readonly unit: string;
  /** What had to hold, or null for a number that nobody judged. */
  readonly pass: Bound | null;
  readonly healthy: readonly Bound[];
  readonly reference: ReferenceMetric | null;
  /** In the order of the columns. */
  readonly cells: readonly RowCell[];
}

export interface RowCell {
  /** Over the iterations that measured it; null when none did. */
  readonly spread: Spread | null;
  /** The worst over the iterations that judged it; null when none did. */
  readonly verdict: Verdict | null;
}

/** What a row is about, before its numbers are looked up. */
interface Subject {
  readonly metric: string;
  readonly phase: string | null;
}

/** Rows without a threshold: what a histogram and a number show of themselves. */
const histogramRows = ['avg', 'p(95)', 'p(99)', 'count'] as const;

export function rowsOf(
  columns: readonly Column[],
  reference: Reference | null,
): { readonly judged: readonly Row[]; readonly measured: readonly Row[] } {
  const records = columns.flatMap(({ runs }) => runs.flatMap(({ record }) => record ?? []));
  const judgedSubjects = subjectsOf([
    ...records.flatMap(({ thresholds }) => thresholds),
    ...Object.keys(reference?.metrics ?? {}).map((metric) => ({ metric, phase: null })),
  ]);
  const judgedNames = new Set(judgedSubjects.map(({ metric }) => metric));
  const others = records
    .flatMap(({ metrics }) => Object.keys(metrics))
    .filter((name) => !name.includes('{') && !judgedNames.has(name))
    .map((metric) => ({ metric, phase: null }));
  const build = (subject: Subject): Row[] => subjectRows(subject, columns, records, reference);
  return { judged: judgedSubjects.flatMap(build), measured: subjectsOf(others).flatMap(build) };
}

/** Each once, in the order of the metric table, unknown names last; a metric's phases after the whole of it. */
function subjectsOf(subjects: readonly Subject[]): readonly Subject[] {
  const known = Object.keys(metricTable);
  const place = (metric: string): number => {
    const at = known.indexOf(metric);
    return at < 0 ? known.length : at;
  };
  const distinct = new Map(
    subjects.map(({ metric, phase }) => [keyOf({ metric, phase }), { metric, phase }]),
  );
  return [...distinct.values()].sort(
    (left, right) =>
      place(left.metric) - place(right.metric) ||
      compare(left.metric, right.metric) ||
      compare(left.phase ?? '', right.phase ?? ''),
  );
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const keyOf = ({ metric, phase }: Subject): string => (phase === null ? metric : `${metric}{phase:${phase}}`);

function metricOf(record: RunRecord, subject: Subject): Metric | undefined {
  const key = keyOf(subject);
  return Object.hasOwn(record.metrics, key) ? record.metrics[key] : undefined;
}

function subjectRows(
  subject: Subject,
  columns: readonly Column[],
  records: readonly RunRecord[],
  reference: Reference | null,
): Row[] {
  const { metric, phase } = subject;
  const examples = records.flatMap((record) => metricOf(record, subject) ?? []);
  const ownUnit = examples[0]?.unit ?? definitionOf(metric)?.unit ?? '';
  const isHistogram = examples.some((example) => 'count' in example);
  const metrics = reference?.metrics ?? {};
  const given = phase === null && Object.hasOwn(metrics, metric) ? (metrics[metric] ?? null) : null;

  const ruled = distinctResults(records, subject).map((result): Row => {
    const { pass, healthy } = boundsOf(records, result);
    const { aggregator } = result;
    const cells = columns.map((column) => judgedCell(column, result));
    const unit = unitOf(aggregator, ownUnit);
    return { metric, phase, aggregator, unit, pass, healthy, reference: null, cells };
  });
  const taken = new Set(ruled.map(({ aggregator }) => aggregator));
  const shown = isHistogram ? histogramRows : examples.length > 0 ? (['value'] as const) : [];
  const wanted = new Set([...shown, ...(given === null ? [] : [given.aggregator])]);
  const plain = [...wanted]
    .filter((aggregator) => !taken.has(aggregator))
    .map((aggregator): Row => {
      const cells = columns.map((column) => measuredCell(column, subject, aggregator));
      const unit = unitOf(aggregator, ownUnit);
      return { metric, phase, aggregator, unit, pass: null, healthy: [], reference: null, cells };
    });
  const rows = [...ruled, ...plain.filter((row) => isSeen(row) || row.aggregator === given?.aggregator)];
  rows.sort((left, right) => rank(left.aggregator) - rank(right.aggregator));
  const beside = rows.find(({ aggregator }) => aggregator === given?.aggregator);
  return rows.map((row) => (row === beside ? { ...row, reference: given } : row));
}

const isSeen = ({ cells }: Row): boolean => cells.some(({ spread }) => spread !== null);

function unitOf(aggregator: string, ownUnit: string): string {
  if (aggregator === 'count') return 'count';
  return aggregator === 'rate' ? '1/s' : ownUnit;
}

function definitionOf(metric: string): { readonly unit: string } | undefined {
  return Object.hasOwn(metricTable, metric) ? metricTable[metric as keyof typeof metricTable] : undefined;
}

const order = ['value', 'rate', 'avg', 'min', 'p', 'max', 'count'];

/** Percentiles ascend between `min` and `max`. */
function rank(aggregator: string): number {
  const percentile = /^p\((.+)\)$/.exec(aggregator)?.[1];
  return percentile === undefined ? order.indexOf(aggregator) : order.indexOf('p') + Number(percentile) / 101;
}

const sameRule = (left: ThresholdResult, right: ThresholdResult): boolean =>
  keyOf(left) === keyOf(right) && left.aggregator === right.aggregator && left.rule === right.rule;

function distinctResults(records: readonly RunRecord[], subject: Subject): readonly ThresholdResult[] {
  const all = records.flatMap(({ thresholds }) => thresholds.filter((one) => keyOf(one) === keyOf(subject)));
  return all.filter((one, index) => all.findIndex((other) => sameRule(one, other)) === index);
}

function boundsOf(
  records: readonly RunRecord[],
  result: ThresholdResult,
): { readonly pass: Bound | null; readonly healthy: readonly Bound[] } {
  const rules = records.flatMap((record) => record.rules).filter((rule) => keyOf(rule) === keyOf(result));
  const same = (bound: Bound): boolean => aggregatorOf(bound) === result.aggregator;
  const owner = rules.find(({ pass }) => pass.some((bound) => same(bound) && bound.text === result.rule));
  const pass = owner?.pass.find((bound) => same(bound) && bound.text === result.rule) ?? null;
  return { pass, healthy: (owner ?? rules[0])?.healthy.filter(same) ?? [] };
}

function judgedCell({ runs }: Column, result: ThresholdResult): RowCell {
  const results = runs.flatMap(({ record }) => {
    const found = record?.thresholds.find((one) => sameRule(one, result));
    return record === null || found === undefined
      ? []
      : [{ ...found, verdict: verdictWithin(record, found.verdict) }];
  });
  return {
    spread: spreadOf(results.flatMap(({ observed }) => observed ?? [])),
    verdict: results.length === 0 ? null : worst(results.map(({ verdict }) => verdict)),
  };
}

function measuredCell({ runs }: Column, subject: Subject, aggregator: string): RowCell {
  const values = runs.flatMap(({ record }) => {
    const metric = record === null ? undefined : metricOf(record, subject);
    return metric === undefined ? [] : (shownOf(metric, aggregator) ?? []);
  });
  return { spread: spreadOf(values), verdict: null };
}

/** What a record states of a metric; undefined where it does not. */
export function shownOf(metric: Metric, aggregator: string): number | undefined {
  if ('value' in metric) return aggregator === 'value' ? metric.value : undefined;
  const field = aggregator.replace(/^p\((.+)\)$/, (_, digits: string) => `p${digits.replace('.', '')}`);
  return Object.hasOwn(metric, field) && field !== 'unit'
    ? (metric as unknown as { readonly [field: string]: number })[field]
    : undefined;
}
