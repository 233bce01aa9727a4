import { type MetricDefinition, type MetricName, metricTable } from '../reports/metric-table.ts';
import type { RelativeBound } from '../reports/threshold.ts';
import { invalid, quote } from './invalid.ts';
import { type BoundUse, parseAggregator, parseOperator } from './threshold.ts';

/**
 * `value <= baseline * 1.1`, `p(99) < baseline * 120 %`, `avg <= baseline`: a bound that is so many times what a baseline
 * had. Null for a bound on a number. INVALID_CONFIG says what is wrong.
 */
export function parseRelative(text: string, metric: MetricName, use: BoundUse): RelativeBound | null {
  const [, word = '', argument, sign = '', times = ''] =
    /^\s*([A-Za-z]\w*)\s*(?:\(([^()]*)\))?\s*([^\w\s()"'-]+)\s*baseline\b\s*(.*?)\s*$/.exec(text) ?? [];
  if (word === '') return null;
  if (use === 'abort') throw invalid('abort takes a number: a run must stop whatever a baseline had');
  const definition: MetricDefinition = metricTable[metric];
  const { aggregator, percentile } = parseAggregator(word, argument, metric, definition);
  const operator = parseOperator(sign, text);
  const factor = times === '' ? 1 : factorOf(times);
  const shown = aggregator === 'p' ? `p(${percentile})` : aggregator;
  const limit = factor === 1 ? 'baseline' : `baseline * ${factor}`;
  return { use, aggregator, percentile, operator, factor, text: `${shown} ${operator} ${limit}` };
}

function factorOf(times: string): number {
  const [, digits, percent] = /^\*\s*(\d{1,6}(?:\.\d{1,6})?)\s*(%?)$/.exec(times) ?? [];
  const factor = Number(digits) / (percent === '%' ? 100 : 1);
  if (factor > 0 && factor <= 1000) return Number(factor.toPrecision(12));
  throw invalid(
    `baseline ${times}: ${quote(times)} is no factor (allowed: baseline, baseline * 1.1 or baseline * 110 %, up to 1000 times)`,
  );
}
