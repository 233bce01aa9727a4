import { areTold, type Better, leadersOf, pairsOf, type Rounds, valueIn } from '../compare.ts';
import { measuredMsOf } from '../judge.ts';
import { type MetricDefinition, metricTable } from '../metric-table.ts';
import type { RunRecord, Verdict } from '../record.ts';
import type { ResultSet } from '../result-set.ts';
import { type PairedRatio, pairedRatio, type Spread, spreadOf } from '../statistics.ts';
import { isDoubtful } from '../verdict.ts';
import type { Row } from './rows.ts';
import { type Column, type Run, type Sheet, sheetsOf } from './sheet.ts';

/** A scenario's stacks held against one of them, round by round: what one table of a comparison shows. */
export interface Comparison {
  readonly sheet: Sheet;
  /** The stack that the others are multiples of; it may have left no numbers, or not be here at all. */
  readonly reference: string;
  /** How often each stack was to run. */
  readonly rounds: number;
  /** In the order of the sheet's columns. */
  readonly stacks: readonly ComparedStack[];
  readonly rows: readonly ComparedRow[];
  /** Rows that say the same of every cell, and that nobody judged. */
  readonly equal: readonly ComparedRow[];
  /** Rows in which no stack is told apart from the reference, and that nobody judged. */
  readonly alike: readonly ComparedRow[];
}

export interface ComparedStack {
  readonly stack: string;
  readonly isReference: boolean;
  /** Rounds with a record that came to its end: only these are compared. */
  readonly rounds: number;
  /** In every round. */
  readonly unsupported: boolean;
  /** Of its records; null when it left none. */
  readonly sample: RunRecord | null;
  /** Its records promise something else than the reference's. Null where one of the two left none. */
  readonly sameDurability: boolean | null;
}

export interface ComparedRow
  extends Pick<Row, 'metric' | 'phase' | 'aggregator' | 'unit' | 'pass' | 'healthy'> {
  /** Null: neither direction is good, so that nobody leads and nothing is a multiple of anything. */
  readonly better: Better | null;
  readonly cells: readonly ComparedCell[];
}

export interface ComparedCell {
  readonly spread: Spread | null;
  /** The worst over all iterations that judged it; null when none did. */
  readonly verdict: Verdict | null;
  /** Leads its row alone, among the stacks of the same durability. */
  readonly best: boolean;
  /** No difference is seen between it and the best of its row, which then is not alone in front. */
  readonly alike: boolean;
  /** Null on the reference itself, and where there is none. */
  readonly ratio: PairedRatio | null;
  /** The rounds tell it apart from the reference; false where there is no ratio. */
  readonly told: boolean;
  /** Rounds in which the reference and this stack both have the number. */
  readonly pairs: number;
  /** In one of those rounds one of the two cells says itself that its numbers may not be what they seem. */
  readonly doubtful: boolean;
}

/** Our own CPU and that of the stack's servers, which a stack without servers has none of. */
export const withServers = 'with servers';

/** A result as comparisons, one a scenario. Where the index names no reference, it is the first stack. */
export function comparisonsOf(result: ResultSet): readonly Comparison[] {
  return sheetsOf(result, {}).map((sheet) => comparisonOf(sheet, result.index.reference));
}

function comparisonOf(sheet: Sheet, named: string | undefined): Comparison {
  const reference = named ?? (sheet.columns[0] as Column).stack;
  const stacks = stacksOf(sheet, reference);
  const whole = sheet.columns.map(({ runs }) => runs.filter(isWhole));
  const shown = [...sheet.judged, ...sheet.measured].filter(isShown);
  const built = shown.flatMap((row) => {
    const better = definitionOf(row.metric)?.better ?? null;
    const verdicts = row.cells.map(({ verdict }) => verdict);
    const own = rowOf(row, better, verdicts, whole, stacks);
    return row.metric === cost && row.aggregator === 'value'
      ? [own, ...serverRow(own, whole, stacks)]
      : [own];
  });
  const all = built.filter(isMeasured);
  return {
    sheet,
    reference,
    rounds: Math.max(...sheet.columns.map(({ runs }) => runs.length)),
    stacks,
    rows: all.filter((row) => !isEqual(row) && !isAlike(row)),
    equal: all.filter(isEqual),
    alike: all.filter((row) => !isEqual(row) && isAlike(row)),
  };
}

type WholeRun = Run & { readonly record: RunRecord };

/** What was interrupted is a shorter run than the others, and no measure for them. */
const isWhole = (run: Run): run is WholeRun => run.record !== null && !run.record.interrupted;

function stacksOf({ columns }: Sheet, reference: string): readonly ComparedStack[] {
  const samples = columns.map(({ runs }) => runs.find(isWhole)?.record ?? null);
  const held = samples[columns.findIndex(({ stack }) => stack === reference)] ?? null;
  return columns.map(({ stack, runs, verdict }, at) => {
    const sample = samples[at] ?? null;
    return {
      stack,
      isReference: stack === reference,
      rounds: runs.filter(isWhole).length,
      unsupported: verdict === 'UNSUPPORTED',
      sample,
      sameDurability: sample === null || held === null ? null : sample.durability === held.durability,
    };
  });
}

/** Counts of samples say how far a number may be believed, not how stacks compare; records and Markdown have them. */
const isShown = ({ aggregator, pass, healthy }: Row): boolean =>
  aggregator !== 'count' || pass !== null || healthy.length > 0;

function definitionOf(metric: string): MetricDefinition | undefined {
  return Object.hasOwn(metricTable, metric) ? metricTable[metric as keyof typeof metricTable] : undefined;
}

function rowOf(
  { metric, phase, aggregator, unit, pass, healthy }: Omit<ComparedRow, 'better' | 'cells'>,
  better: Better | null,
  verdicts: readonly (Verdict | null)[],
  whole: readonly (readonly WholeRun[])[],
  stacks: readonly ComparedStack[],
): ComparedRow {
  const valueBy = aggregator === withServers ? costWithServers : valueIn;
  const values = whole.map((runs): Rounds => {
    const known = runs.map(({ cell, record }) => [
      cell.iteration,
      valueBy(record, { metric, phase, aggregator }),
    ]);
    return new Map(known.filter((entry): entry is [number, number] => entry[1] !== null));
  });
  const doubts = whole.map((runs) => doubtfulRounds(runs));
  const comparable = values.map((rounds, at): Rounds => {
    if (stacks[at]?.sameDurability === false) return none;
    return new Map([...rounds].filter(([round]) => !doubts[at]?.has(round)));
  });
  const leading = better === null ? [] : leadersOf(comparable, better);
  const alone = leading.filter(Boolean).length === 1;
  const held = stacks.findIndex(({ isReference }) => isReference);
  const reference = values[held] ?? none;
  const cells = values.map((rounds, at): ComparedCell => {
    const pairs = better === null || stacks[at]?.isReference ? [] : pairsOf(reference, rounds);
    return {
      spread: spreadOf([...rounds.values()]),
      verdict: verdicts[at] ?? null,
      best: alone && leading[at] === true,
      alike: !alone && leading[at] === true,
      ratio: pairedRatio(pairs),
      told: pairs.length > 0 && areTold(rounds, reference),
      pairs: pairs.length,
      doubtful:
        pairs.length > 0 &&
        [...rounds.keys()].some(
          (round) => reference.has(round) && (doubts[at]?.has(round) || doubts[held]?.has(round)),
        ),
    };
  });
  return { metric, phase, aggregator, unit, pass, healthy, better, cells };
}

const none: Rounds = new Map();

/** Their numbers are shown and compared, but lead no row. */
const doubtfulRounds = (runs: readonly WholeRun[]): ReadonlySet<number> =>
  new Set(runs.filter(({ record }) => isDoubtful(record)).map(({ cell }) => cell.iteration));

const cost = 'cpu_s_per_million_events';

/** The cost once more with the servers' part, wherever a server was measured. */
function serverRow(
  own: ComparedRow,
  whole: readonly (readonly WholeRun[])[],
  stacks: readonly ComparedStack[],
): readonly ComparedRow[] {
  const served = whole.flat().some(({ record }) => Object.hasOwn(record.metrics, 'server_cpu_s'));
  const row = { ...own, aggregator: withServers, pass: null, healthy: [] };
  return served ? [rowOf(row, own.better, [], whole, stacks)] : [];
}

function costWithServers(record: RunRecord): number | null {
  const value = (metric: string): number | null =>
    valueIn(record, { metric, phase: null, aggregator: 'value' });
  const [own, server, perS] = [value(cost), value('server_cpu_s'), value('events_per_s')];
  if (own === null) return null;
  if (server === null) return hasServer(record) ? null : own;
  const events = (perS ?? 0) * (measuredMsOf(record) / 1000);
  return events > 0 ? own + (server / events) * 1e6 : null;
}

/** Adapters and servers name what they say of a server `server...`, its version at the least. */
function hasServer({ environment }: RunRecord): boolean {
  const parts = Object.values(environment).filter((part) => typeof part === 'object' && part !== null);
  return parts.some((part) => Object.keys(part as object).some((name) => name.startsWith('server')));
}

/** A number that nobody has and nobody judged is no row. */
const isMeasured = ({ pass, healthy, cells }: ComparedRow): boolean =>
  pass !== null || healthy.length > 0 || cells.some(({ spread }) => spread !== null);

function isAlike({ better, pass, healthy, cells }: ComparedRow): boolean {
  if (better === null || pass !== null || healthy.length > 0) return false;
  const compared = cells.filter(({ pairs }) => pairs > 0);
  return (
    compared.length > 0 &&
    !compared.some(({ told }) => told) &&
    !cells.some(({ best, alike }) => best || alike)
  );
}

function isEqual({ pass, healthy, aggregator, cells }: ComparedRow): boolean {
  if (pass !== null || healthy.length > 0 || aggregator !== 'value') return false;
  const spreads = cells.flatMap(({ spread }) => spread ?? []);
  return spreads.length > 1 && spreads.every(({ min, max }) => min === max && min === spreads[0]?.min);
}
