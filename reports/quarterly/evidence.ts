import { valueIn } from '../compare.ts';
import { numberText, withUnit } from '../formats/number-text.ts';
import { aggregatorText } from '../formats/row-text.ts';
import { metricTable } from '../metric-table.ts';
import type { IndexCell, RunRecord, Subject } from '../record.ts';
import type { ResultSet } from '../result-set.ts';
import { isProbe } from '../search/of-result.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import { isDoubtful } from '../verdict.ts';
import { type Datum, measured, type Source, unmeasured } from './document.ts';

/** A cell that was played to its end, and the result that it is of. */
export interface Played {
  readonly result: ResultSet;
  readonly cell: IndexCell;
  readonly record: RunRecord;
}

/** All that a report is made from. */
export interface Evidence {
  /** The oldest first: of what several hold, the last counts. */
  readonly results: readonly ResultSet[];
  readonly played: readonly Played[];
}

export function evidenceOf(results: readonly ResultSet[]): Evidence {
  const inTime = [...results].sort((left, right) => (left.index.startedAt < right.index.startedAt ? -1 : 1));
  return { results: inTime, played: inTime.flatMap(playedOf) };
}

function playedOf(result: ResultSet): readonly Played[] {
  return result.index.cells.flatMap((cell, at): readonly Played[] => {
    const record = result.records[at] ?? null;
    return record === null || record.interrupted ? [] : [{ result, cell, record }];
  });
}

/** Cells that say something by themselves: none that was a step of a search. */
export function withoutProbesOf({ played }: Evidence): readonly Played[] {
  return played.filter(({ result, cell }) => !isProbe(result.index, cell));
}

/** `stress on sqlite`, `curve events=500/s on memory #2`. */
export function cellName({ scenario, parameters = {}, stack, iteration }: IndexCell): string {
  const values = Object.entries(parameters).map(([field, value]) => `${field}=${plainValue(value)}`);
  return `${[scenario, ...values].join(' ')} on ${stack}${iteration > 1 ? ` #${iteration}` : ''}`;
}

export const plainValue = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

export function sourceOf({ result, cell }: Pick<Played, 'result' | 'cell'>, rule: string): Source {
  return { run: result.directory, cell: cellName(cell), record: cell.record, rule };
}

/** Something that follows from several cells of a result. */
export function sourceIn({ directory }: ResultSet, cell: string, rule: string): Source {
  return { run: directory, cell, record: null, rule };
}

/** `spawn_ms avg`, `event_delivery_ms{phase:steady} p99`. */
export function subjectText({ metric, phase, aggregator }: Subject): string {
  const name = phase === null ? metric : `${metric}{phase:${phase}}`;
  return `${name} ${aggregatorText(aggregator)}`.trim();
}

export function unitOf({ metric, aggregator }: Pick<Subject, 'metric' | 'aggregator'>): string {
  if (aggregator === 'count') return 'count';
  return Object.hasOwn(metricTable, metric) ? metricTable[metric as keyof typeof metricTable].unit : '';
}

export const subject = (metric: string, aggregator = 'value'): Subject => ({
  metric,
  phase: null,
  aggregator,
});

/** A number of one run or of several: the median, and from where to where. Numbers of cells that doubt themselves say so. */
export function numberOf(
  played: readonly Played[],
  of: Subject,
  show: (value: number, unit: string) => string = shownNumber,
): Datum {
  const seen = played.flatMap((one) => {
    const value = valueIn(one.record, of);
    return value === null ? [] : [{ one, value }];
  });
  const spread = spreadOf(seen.map(({ value }) => value));
  if (spread === null) return unmeasured();
  const unit = unitOf(of);
  const rule = `${subjectText(of)}${seen.length > 1 ? `, median of ${seen.length} runs` : ''}`;
  const doubtful = seen.some(({ one }) => isDoubtful(one.record));
  return measured(
    spreadText(spread, (value) => show(value, unit)),
    seen.map(({ one }) => sourceOf(one, rule)),
    doubtful ? 'INCONCLUSIVE' : null,
  );
}

export const shownNumber = (value: number, unit: string): string => withUnit(numberText(value, unit), unit);

/** `12 ms`, of several `12 ms (10 ms..15 ms)`. */
export function spreadText({ count, min, median, max }: Spread, show: (value: number) => string): string {
  return count > 1 && min !== max ? `${show(median)} (${show(min)}..${show(max)})` : show(median);
}

/** In the order in which they first come. */
export function groupedBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(items, keyOf);
}

/** The stacks of some cells, in the order in which they first come. */
export const stacksOf = (played: readonly Played[]): readonly string[] => [
  ...new Set(played.map(({ cell }) => cell.stack)),
];

/** A cell's own or listed value of a workload's field: `agents`, `writers`, `eventBus.logLimit`. */
export function workloadOf({ record }: Pick<Played, 'record'>, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
      record.workload,
    );
}
