import type { SeriesTrend } from '../trend/report.ts';
import type { Limit, Moment, Plot } from './plot.ts';
import { linearScale, type Scale } from './scale.ts';

/** A date for so many results at the most: more would lie over each other. */
const mostDates = 6;

/** One number over the results that were kept, a line for each series, with where a series changed its level; null for nothing. */
export function trendPlot(
  title: string,
  unit: string,
  series: readonly SeriesTrend[],
  limits: readonly Limit[] = [],
): Plot | null {
  const values = series.flatMap(({ points }) => points.map(({ value }) => value));
  const dates = [...new Set(series.flatMap(({ points }) => points.map(({ savedAt }) => savedAt)))].sort();
  if (values.length === 0) return null;
  const at = (date: string): number => dates.indexOf(date) + 0.5;
  const near = limits.filter((limit) => limit.at <= 3 * Math.max(...values));
  return {
    title,
    x: { label: 'results, the oldest first', scale: datesScale(dates) },
    y: {
      label: unit,
      scale: linearScale(Math.min(...values), Math.max(...values, ...near.map((limit) => limit.at))),
    },
    marks: series.map(({ cell, points }) => ({
      kind: 'line',
      name: cell,
      points: points.map(({ savedAt, value }) => ({ x: at(savedAt), y: value })),
    })),
    moments: series.flatMap(({ changes }) =>
      changes.map(({ savedAt, change: { by, unit: of } }): Moment => {
        const size = Number(by.toPrecision(3));
        return { at: at(savedAt), text: `${size > 0 ? '+' : ''}${size} ${of}` };
      }),
    ),
    limits: near,
  };
}

/** A place for each result, however far apart they are in time. */
function datesScale(dates: readonly string[]): Scale {
  const every = Math.ceil(dates.length / mostDates);
  return {
    place: (value) => value / dates.length,
    ticks: dates.flatMap((date, index) =>
      index % every === 0 ? [{ at: index + 0.5, text: date.slice(0, 10) }] : [],
    ),
  };
}
