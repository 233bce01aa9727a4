import { isInside } from '../../reports/bound.ts';
import type { RunRecord, Series } from '../../reports/record.ts';
import type { Bound, Threshold } from '../../reports/threshold.ts';

/** What is completed, by the series that count it. */
const completions = ['acked_per_s', 'deliveries_per_s', 'spawns_per_s', 'transitions_per_s'] as const;

/**
 * For each window of the series whether it was good: something completed, nothing failed, and the averages that the
 * scenario bounds kept their bounds. Null where nothing was due and nothing happened: that says neither.
 */
export function goodWindows(
  series: RunRecord['series'],
  rules: readonly Threshold[],
): readonly (boolean | null)[] {
  const bounds = averagesBounded(rules, series);
  const at = (name: string, index: number): number => series[name]?.values[index] ?? 0;
  const windows = Math.max(0, ...Object.values(series).map(({ values }) => values.length));
  return Array.from({ length: windows }, (_, index) => {
    if (at('errors_per_s', index) > 0) return false;
    if (!completions.some((name) => at(name, index) > 0))
      return at('offered_per_s', index) > 0 ? false : null;
    return bounds.every(([{ values }, bound]) => {
      const value = values[index] ?? null;
      return value === null || isInside(value, bound);
    });
  });
}

/** Bounds on an average whose metric has a series: those of the whole run, and of what comes after a fault. */
function averagesBounded(
  rules: readonly Threshold[],
  series: RunRecord['series'],
): readonly (readonly [Series, Bound])[] {
  return rules.flatMap(({ metric, phase, pass }) => {
    const values = series[metric];
    if (values === undefined || (phase !== null && phase !== 'after')) return [];
    return pass.filter(({ aggregator }) => aggregator === 'avg').map((bound) => [values, bound] as const);
  });
}

/**
 * The first of so many good windows in a row, from one window on; null when there is none. Windows that say neither are
 * passed over: they belong to a row, and do not count in it.
 */
export function firstOfGoodRow(
  windows: readonly (boolean | null)[],
  from: number,
  inARow: number,
): number | null {
  let first: number | null = null;
  let good = 0;
  for (let index = Math.max(0, from); index < windows.length; index++) {
    if (windows[index] === false) {
      first = null;
      good = 0;
    } else if (windows[index] === true) {
      first ??= index;
      if (++good >= inARow) return first;
    }
  }
  return null;
}
