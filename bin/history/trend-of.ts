import { metricTable } from '../../reports/metric-table.ts';
import { observe } from '../../reports/observe.ts';
import type { Metric, Subject } from '../../reports/record.ts';
import { spreadOf } from '../../reports/statistics.ts';
import type { Bound } from '../../reports/threshold.ts';
import { trendOf } from '../../reports/trend/find-trend.ts';
import type { TrendBreak, TrendPoint, TrendReport } from '../../reports/trend/report.ts';
import type { StoredNumber } from './numbers.ts';

/** The number that a trend is of. */
export interface TrendSubject extends Subject {
  readonly bound: Pick<Bound, 'aggregator' | 'percentile'>;
}

/** A result's value in one cell, and which other results it may be held beside. */
interface Placed extends TrendPoint {
  readonly cell: string;
  readonly machine: string;
  readonly configuration: string;
}

/** The trend of one number over the runs of a history. Numbers of two machines or configurations are never mixed. */
export function trendIn(
  baseline: string,
  subject: TrendSubject,
  numbers: readonly StoredNumber[],
): TrendReport {
  const { metric, phase, aggregator } = subject;
  const measured = metricTable[metric as keyof typeof metricTable];
  const unit = aggregator === 'count' ? 'count' : measured.unit;
  const usable = numbers.flatMap((number) => usableValue(number, subject) ?? []);
  const points = pointsOf(usable);
  const series = grouped(
    points,
    ({ cell, machine, configuration }) => `${cell}\n${machine}\n${configuration}`,
  )
    .map((placed) => {
      const { cell, machine, configuration } = placed[0] as Placed;
      return trendOf({ cell, machine, configuration, points: placed.map(pointOf) }, { ...measured, unit });
    })
    .sort((left, right) => (left.cell < right.cell ? -1 : left.cell > right.cell ? 1 : 0));
  const breaks = grouped(grouped(points, ({ cell }) => cell).flatMap(breaksIn), changeOf).map(joined);
  return {
    metric,
    phase,
    aggregator,
    unit,
    baseline,
    series,
    breaks,
    leftOut: numbers.length - usable.length,
  };
}

interface Usable extends Omit<Placed, 'value'> {
  readonly baseline: number;
  readonly value: number;
}

function usableValue(number: StoredNumber, { metric, phase, bound }: TrendSubject): Usable | null {
  const { baseline, savedAt, commit, fingerprint: machine, title, stack, configuration, doubtful } = number;
  if (doubtful === 1 || number.metric === null || configuration === null) return null;
  const key = phase === null ? metric : `${metric}{phase:${phase}}`;
  const metrics: { readonly [name: string]: Metric } = { [key]: JSON.parse(number.metric) };
  const wanted: Bound = { ...bound, operator: '<', limit: 0, overMs: null, text: '' };
  const { value } = observe({ metrics, measuredMs: Number.NaN }, metric, phase, wanted);
  if (value === null) return null;
  return { baseline, savedAt, commit, machine, configuration, value, cell: `${title} on ${stack}` };
}

/** One value of each result, in the order of saving: its runs were played in the same hour, and share its noise. */
function pointsOf(usable: readonly Usable[]): readonly Placed[] {
  return grouped(usable, ({ baseline, cell, configuration }) => `${baseline}\n${cell}\n${configuration}`).map(
    (runs) => {
      const [first] = runs as [Usable];
      const { baseline: _, ...placed } = first;
      return { ...placed, value: spreadOf(runs.map(({ value }) => value))?.median as number };
    },
  );
}

const pointOf = ({ savedAt, commit, value }: Placed): TrendPoint => ({ savedAt, commit, value });

function breaksIn(points: readonly Placed[]): readonly TrendBreak[] {
  return points.slice(1).flatMap((point, at) => {
    const before = points[at] as Placed;
    const { cell, savedAt, commit } = point;
    return (['machine', 'configuration'] as const)
      .filter((what) => before[what] !== point[what])
      .map((what) => ({ cells: [cell], savedAt, commit, what, from: before[what], to: point[what] }));
  });
}

const changeOf = ({ savedAt, what, from, to }: TrendBreak): string => [savedAt, what, from, to].join('\n');

function joined(breaks: readonly TrendBreak[]): TrendBreak {
  return { ...(breaks[0] as TrendBreak), cells: breaks.flatMap(({ cells }) => cells) };
}

/** In the order in which each key came first. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
