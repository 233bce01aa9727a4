import type { IndexCell, RunRecord, Verdict } from '../record.ts';
import { cellVerdict, type ResultSet } from '../result-set.ts';
import { summaryVerdict } from '../verdict.ts';
import { type Remark, remarksOf } from './remarks.ts';
import type { Reference, ReportOptions } from './reporter.ts';
import { type Row, rowsOf } from './rows.ts';

/** One scenario (with one set of parameter values) on all its stacks: what one table shows, before any layout. */
export interface Sheet {
  readonly scenario: string;
  /** The first record, for what is the same in all of them; null when no cell left one. */
  readonly sample: RunRecord | null;
  readonly parameters: { readonly [name: string]: unknown };
  /** What survives a crash, as each record says; more than one where stacks differ. */
  readonly durability: readonly string[];
  readonly reference: Reference | null;
  readonly columns: readonly Column[];
  /** First those with a threshold or a reference, then the rest. */
  readonly judged: readonly Row[];
  readonly measured: readonly Row[];
  readonly remarks: readonly Remark[];
}

/** All iterations of the scenario on one stack. */
export interface Column {
  readonly stack: string;
  readonly runs: readonly Run[];
  readonly checks: ChecksSummary | null;
  readonly verdict: Verdict;
}

export interface Run {
  readonly cell: IndexCell;
  readonly record: RunRecord | null;
}

/** Of the iteration that kept the fewest. Checks that a stack does not support are not counted. */
export interface ChecksSummary {
  readonly kept: number;
  readonly of: number;
  readonly verdict: Verdict;
}

/** The sheets of a result, in the order in which the index lists their first cells. */
export function sheetsOf({ index, records }: ResultSet, { reference }: ReportOptions): readonly Sheet[] {
  const groups = new Map<string, Run[]>();
  for (const [at, cell] of index.cells.entries()) {
    const record = records[at] ?? null;
    const key = JSON.stringify([cell.scenario, parametersOf({ cell, record })]);
    groups.set(key, [...(groups.get(key) ?? []), { cell, record }]);
  }
  return [...groups.values()].map((runs) => sheetOf(runs, reference ?? {}));
}

function parametersOf({ cell, record }: Run): Sheet['parameters'] {
  return cell.parameters ?? record?.parameters ?? {};
}

function sheetOf(runs: readonly Run[], references: NonNullable<ReportOptions['reference']>): Sheet {
  const [first] = runs as readonly [Run];
  const { scenario } = first.cell;
  const stacks = [...new Set(runs.map(({ cell }) => cell.stack))];
  const columns = stacks.map((stack) =>
    columnOf(
      stack,
      runs.filter(({ cell }) => cell.stack === stack),
    ),
  );
  // The reference is of the scenario as it ships, not of one with other values.
  const asShipped = Object.keys(parametersOf(first)).length === 0;
  const reference = asShipped && Object.hasOwn(references, scenario) ? (references[scenario] ?? null) : null;
  const recorded = runs.flatMap(({ record }) => record ?? []);
  return {
    scenario,
    sample: recorded[0] ?? null,
    parameters: parametersOf(first),
    durability: [...new Set(recorded.map(({ durability }) => durability))],
    reference,
    columns,
    ...rowsOf(columns, reference),
    remarks: remarksOf(columns),
  };
}

function columnOf(stack: string, runs: readonly Run[]): Column {
  const verdict = summaryVerdict(runs.map(({ cell, record }) => cellVerdict(cell, record)));
  return { stack, runs, checks: checksOf(runs), verdict };
}

function checksOf(runs: readonly Run[]): ChecksSummary | null {
  const summaries = runs.flatMap(({ record }) => {
    const given = (record?.checks ?? []).filter(({ verdict }) => verdict !== 'UNSUPPORTED');
    if (given.length === 0) return [];
    const kept = given.filter(({ verdict }) => verdict === 'PASS').length;
    return [{ kept, of: given.length, verdict: summaryVerdict(given.map(({ verdict }) => verdict)) }];
  });
  const [fewest] = [...summaries].sort((left, right) => left.kept / left.of - right.kept / right.of);
  return fewest === undefined
    ? null
    : { ...fewest, verdict: summaryVerdict(summaries.map(({ verdict }) => verdict)) };
}
