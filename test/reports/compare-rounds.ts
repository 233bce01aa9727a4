/** Comparisons for tests, from numbers chosen so that every ratio is easy to foresee. */
import type { Metric, ResultIndex, RunRecord } from '../../reports/record.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { histogram, number, rule, type SampleCell, sampleRecord, sampleResult } from './sample-record.ts';

export type Metrics = { readonly [name: string]: Metric };

/** One round of one stack; `errors` is judged, so that every record has a verdict. */
export function round(
  stack: string,
  iteration: number,
  metrics: Metrics,
  given: Partial<RunRecord> = {},
): RunRecord {
  return sampleRecord({
    stack,
    iteration,
    seed: iteration,
    metrics: { errors: number(0), ...metrics },
    rules: [rule('errors', ['value <= 0'])],
    histograms: {},
    ...given,
  });
}

/** A result that says it is a comparison, its cells in this order. */
export function comparison(cells: readonly SampleCell[], reference = 'memory'): ResultSet {
  const result = sampleResult(cells);
  const index: ResultIndex = { ...result.index, kind: 'compare', reference };
  return { ...result, index };
}

/** Publishing takes so many milliseconds in each round. */
export const publishing = (stack: string, averages: readonly number[]): RunRecord[] =>
  averages.map((average, at) => round(stack, at + 1, { publish_ms: histogram(average) }));
