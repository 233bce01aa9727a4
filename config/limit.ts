import { type MetricDefinition, type MetricName, metricTable } from '../reports/metric-table.ts';
import type { Bound } from '../reports/threshold.ts';
import { didYouMean } from './did-you-mean.ts';
import { invalid, quote } from './invalid.ts';
import { durationUnits, exact, rateUnits, sizeUnits } from './units.ts';

type Units = { readonly [unit: string]: number };

/** `100ms`, `95 %`, `50/s`, or a number alone, which is in the metric's own unit -> the limit in that unit. */
export function parseLimit(text: string, aggregator: Bound['aggregator'], metric: MetricName): number {
  const definition: MetricDefinition = metricTable[metric];
  const units = unitsFor(aggregator, definition.unit);
  const allowed = Object.keys(units);
  const match = /^(-?)([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*([^\s0-9.].*)?$/.exec(text);
  if (match === null) throw invalid(`${quote(text)} is not a limit (allowed: a number${unitList(allowed)})`);
  const [, sign, digits, unit] = match as unknown as [string, string, string, string | undefined];
  if (unit !== undefined && !Object.hasOwn(units, unit)) {
    throw invalid(
      `${quote(text)}: ${metric} has no unit "${unit}"${didYouMean(unit, allowed)} (allowed: a number${unitList(allowed)})`,
    );
  }
  const factor = unit === undefined ? 1 : (units[unit] as number);
  const limit = exact(Number(digits) * factor) * (sign === '-' ? -1 : 1);
  if (limit < 0 && !metric.startsWith('memory_growth'))
    throw invalid(`${quote(text)}: ${metric} is never negative`);
  if (limit > 100 && definition.unit === '%' && definition.better === 'higher') {
    throw invalid(`${quote(text)}: ${metric} is never above 100 %`);
  }
  return limit;
}

/** `50ms` as a person reads it: one space between number and unit, none before a slash. */
export function spaced(text: string): string {
  const [, digits = '', unit = ''] = /^(-?[0-9.]*)\s*(.*)$/.exec(text.trim()) ?? [];
  return unit === '' || unit.startsWith('/') ? `${digits}${unit}` : `${digits} ${unit}`;
}

/** Units a limit may be written in, with what one of them is in the unit of the metric. */
function unitsFor(aggregator: Bound['aggregator'], unit: MetricDefinition['unit']): Units {
  if (aggregator === 'count') return {};
  if (aggregator === 'rate' || unit === '1/s') return rateUnits;
  switch (unit) {
    case 'ms':
      return durationUnits;
    case 's':
      return scaled(durationUnits, 1000);
    case 'MB':
      return scaled(sizeUnits, 1e6);
    case 'kB':
      return scaled(sizeUnits, 1000);
    case 'B/op':
      return { 'B/op': 1, 'kB/op': 1e3 };
    case 'MB/min':
      return { 'kB/min': 1e-3, 'MB/min': 1, 'GB/min': 1e3 };
    case '%':
      return { '%': 1 };
    default:
      return {};
  }
}

function scaled(units: Units, by: number): Units {
  return Object.fromEntries(Object.entries(units).map(([unit, value]) => [unit, value / by]));
}

function unitList(units: readonly string[]): string {
  return units.length === 0 ? ' without a unit' : `, with ${units.join(', ')} or none`;
}
