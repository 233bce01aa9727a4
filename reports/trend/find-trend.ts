import { changePoints, type Search, usualSearch } from './change-points.ts';
import { levelOf, shiftOf } from './levels.ts';
import type { SeriesTrend, TrendChange, TrendSeries } from './report.ts';

/** What a change means for its metric. */
interface Measured {
  readonly unit: string;
  readonly better: 'lower' | 'higher' | null;
}

/** The chance that a change lies in the interval that is printed with it. */
export const confidence = 0.95;

/** Where a series changed its level, by how much, and whether that is good. */
export function trendOf(series: TrendSeries, measured: Measured, search: Search = usualSearch): SeriesTrend {
  const values = series.points.map(({ value }) => value);
  const needed = 2 * search.least;
  if (values.length < needed) {
    const reason = `too few results: ${values.length}; a change takes ${needed}, ${search.least} on either side`;
    return { ...series, changes: [], reason };
  }
  // A machine's noise is a share of what is measured: as logarithms the values of a slow and a quick stretch scatter alike.
  const asRatio = values.every((value) => value > 0);
  const scaled = asRatio ? values.map(Math.log) : values;
  const places = changePoints(scaled, search);
  const changes = places.map((at, place) => {
    const before = scaled.slice(places[place - 1] ?? 0, at);
    const after = scaled.slice(at, places[place + 1] ?? scaled.length);
    return changeAt(series, at, before, after, asRatio, measured);
  });
  return { ...series, changes, reason: null };
}

function changeAt(
  { points }: TrendSeries,
  at: number,
  before: readonly number[],
  after: readonly number[],
  asRatio: boolean,
  { unit, better }: Measured,
): TrendChange {
  const { savedAt, commit } = points[at] as TrendSeries['points'][number];
  const levels = [levelOf(before), levelOf(after)] as const;
  const { by, low, high } = shiftOf(...levels, confidence);
  const [from, to] = levels.map(({ mean }) => (asRatio ? Math.exp(mean) : mean)) as [number, number];
  const percent = (log: number): number => 100 * Math.expm1(log);
  const isLess = by < 0;
  return {
    savedAt,
    commit,
    at,
    direction: better === null ? 'neither' : (better === 'lower') === isLess ? 'better' : 'worse',
    before: from,
    after: to,
    change: asRatio
      ? { unit: '%', by: percent(by), low: percent(low), high: percent(high) }
      : { unit, by, low, high },
  };
}
