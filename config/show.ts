import { type MetricDefinition, metricTable } from '../reports/metric-table.ts';
import type { Subject } from '../reports/record.ts';
import { invalid, quote } from './invalid.ts';
import { parseAggregator, parseThresholdKey } from './threshold.ts';

/** `publish_ms p(99)`, `errors`: one number of one metric. A histogram's is its average where nothing else is said. */
export function parseShown(text: string): Subject {
  const [, key, word, argument] = /^(\S+?)(?:\s+([a-z]\w*)(?:\(([^()]*)\))?)?\s*$/.exec(text) ?? [];
  if (key === undefined) {
    throw invalid(
      `${quote(text)} is not a number to show (allowed: METRIC or METRIC AGGREGATOR, such as "publish_ms p(99)")`,
    );
  }
  const { metric, phase } = parseThresholdKey(key);
  const definition: MetricDefinition = metricTable[metric];
  const usual = definition.kind === 'histogram' ? 'avg' : 'value';
  const { aggregator, percentile } = parseAggregator(word ?? usual, argument, metric, definition);
  return { metric, phase, aggregator: percentile === null ? aggregator : `p(${percentile})` };
}
