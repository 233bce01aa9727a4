import { valueIn } from '../compare.ts';
import { type MetricDefinition, metricTable } from '../metric-table.ts';
import type { RunRecord, Subject, Verdict } from '../record.ts';
import { spreadOf } from '../statistics.ts';
import type { Bound } from '../threshold.ts';
import { isDoubtful, worst } from '../verdict.ts';
import { type Remark, remarksOf } from './remarks.ts';
import { isMeant } from './row-text.ts';
import type { Row } from './rows.ts';
import type { Column, Sheet } from './sheet.ts';

/** A scenario with several sets of parameter values: a row for each of them on each stack, a column a number. */
export interface Matrix {
  readonly scenario: string;
  readonly sheets: readonly Sheet[];
  /** The fields whose values differ, in the order of the first sheet. */
  readonly parameters: readonly string[];
  readonly stacks: readonly string[];
  readonly numbers: readonly MatrixNumber[];
  readonly rows: readonly MatrixRow[];
  readonly remarks: readonly Remark[];
}

export interface MatrixNumber extends Subject, Pick<Row, 'unit'> {
  /** Every bound that it is held to, each once. */
  readonly pass: readonly Bound[];
  readonly healthy: readonly Bound[];
}

export interface MatrixRow {
  /** In the order of `parameters`, as text. */
  readonly values: readonly string[];
  readonly stack: string;
  /** In the order of `numbers`. */
  readonly cells: readonly MatrixCell[];
  readonly verdict: Verdict;
  /** One of its runs says itself that its numbers may not be what they seem. */
  readonly doubtful: boolean;
}

export interface MatrixCell {
  /** The median over the iterations; null when none measured it. */
  readonly value: number | null;
  readonly verdict: Verdict | null;
}

/** Sheets of one scenario that differ in parameters together, all others alone, in their order. */
export function inMatrices(sheets: readonly Sheet[]): readonly (Sheet | Matrix)[] {
  const groups = new Map<string, Sheet[]>();
  for (const sheet of sheets) groups.set(sheet.scenario, [...(groups.get(sheet.scenario) ?? []), sheet]);
  return [...groups.values()].map((group) => (group.length === 1 ? (group[0] as Sheet) : matrixOf(group)));
}

export const isMatrix = (one: Sheet | Matrix): one is Matrix => 'sheets' in one;

function matrixOf(sheets: readonly Sheet[]): Matrix {
  const [first] = sheets as readonly [Sheet];
  const parameters = Object.keys(first.parameters).filter(
    (name) => new Set(sheets.map((sheet) => textOf(sheet.parameters[name]))).size > 1,
  );
  const numbers = numbersOf(sheets);
  const valuesOf = (sheet: Sheet): string[] => parameters.map((name) => textOf(sheet.parameters[name]));
  const rows = sheets.flatMap((sheet) =>
    sheet.columns.map((column): MatrixRow => {
      const cells = numbers.map((number) => cellOf(column, number));
      const { stack, verdict } = column;
      const doubtful = column.runs.some(({ record }) => record !== null && isDoubtful(record));
      return { values: valuesOf(sheet), stack, cells, verdict, doubtful };
    }),
  );
  const stacks = [...new Set(rows.map(({ stack }) => stack))];
  const named = sheets.flatMap((sheet) =>
    sheet.columns.map((column) => {
      const row = { values: valuesOf(sheet), stack: column.stack };
      return { ...column, stack: rowName(parameters, stacks, row) };
    }),
  );
  const { scenario } = first;
  return { scenario, sheets, parameters, stacks, numbers, rows, remarks: remarksOf(named, 'with failures') };
}

/** A row as sentences name it: `agents=10 lock=none sqlite`. */
export function rowName(
  parameters: readonly string[],
  stacks: readonly string[],
  { values, stack }: Pick<MatrixRow, 'values' | 'stack'>,
): string {
  const named = parameters.map((name, at) => `${name}=${values[at]}`);
  return [...named, ...(stacks.length > 1 ? [stack] : [])].join(' ');
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** What a scenario without thresholds and without a wish is looked at for. */
const usual: readonly Subject[] = [
  { metric: 'event_delivery_ms', phase: null, aggregator: 'avg' },
  { metric: 'events_per_s', phase: null, aggregator: 'value' },
  { metric: 'delivery_rate_pct', phase: null, aggregator: 'value' },
];

/** What is judged, then what was asked to be shown; each once. */
function numbersOf(sheets: readonly Sheet[]): readonly MatrixNumber[] {
  const judged = sheets
    .flatMap(({ judged: rows }) => rows.filter(isMeant))
    .map((row): MatrixNumber => ({ ...row, pass: row.pass === null ? [] : [row.pass] }));
  const shown = (sheets.find(({ sample }) => sample !== null)?.sample?.shown ?? []).map(numberOf);
  const numbers = judged.length + shown.length > 0 ? [...judged, ...shown] : usual.map(numberOf);
  return [...Map.groupBy(numbers, keyOf).values()].map((same) => ({
    ...(same[0] as MatrixNumber),
    pass: distinct(same.flatMap(({ pass }) => pass)),
    healthy: distinct(same.flatMap(({ healthy }) => healthy)),
  }));
}

const distinct = (bounds: readonly Bound[]): readonly Bound[] =>
  bounds.filter(({ text }, at) => bounds.findIndex((other) => other.text === text) === at);

function numberOf({ metric, phase, aggregator }: Subject): MatrixNumber {
  const unit = aggregator === 'count' ? 'count' : aggregator === 'rate' ? '1/s' : unitOf(metric);
  return { metric, phase, aggregator, unit, pass: [], healthy: [] };
}

function unitOf(metric: string): string {
  const known: { readonly [name: string]: MetricDefinition } = metricTable;
  return Object.hasOwn(known, metric) ? (known[metric]?.unit ?? '') : '';
}

const keyOf = ({ metric, phase, aggregator }: Subject): string => JSON.stringify([metric, phase, aggregator]);

function cellOf({ runs }: Column, number: MatrixNumber): MatrixCell {
  const records = runs.flatMap(({ record }) => record ?? []);
  const values = records.flatMap((record) => valueIn(record, number) ?? []);
  const verdicts = records.flatMap((record) => verdictsOf(record, number));
  return {
    value: spreadOf(values)?.median ?? null,
    verdict: verdicts.length === 0 ? null : worst(verdicts),
  };
}

function verdictsOf({ thresholds }: RunRecord, number: MatrixNumber): readonly Verdict[] {
  return thresholds.filter((result) => keyOf(result) === keyOf(number)).map(({ verdict }) => verdict);
}
