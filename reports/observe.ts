import { aggregatorOf } from './bound.ts';
import { samplesNeeded } from './metric-table.ts';
import type { HistogramMetric, Metric, PhaseRecord, RunRecord, StoredHistogram } from './record.ts';
import type { Bound } from './threshold.ts';

/** What was measured, as far as a rule can see it. */
export interface Measurement {
  readonly metrics: RunRecord['metrics'];
  /** The measured time: what `rate` divides by. */
  readonly measuredMs: number;
  /** Needed for rules on one phase that ask for a rate, or where there is but one phase. */
  readonly phases?: readonly PhaseRecord[];
  /** Needed for percentiles that a record does not list. */
  readonly histograms?: RunRecord['histograms'];
}

/** A number, or why there is none. */
export type Observation =
  | { readonly value: number; readonly reason: null }
  | { readonly value: null; readonly reason: string };

const absent = (reason: string): Observation => ({ value: null, reason });
const seen = (value: number): Observation =>
  Number.isFinite(value) ? { value, reason: null } : absent(`not a finite number (${value})`);

/** What `bound` sees of `metric`. Nothing is guessed: an absent number comes with the reason. */
export function observe(
  measurement: Measurement,
  metric: string,
  phase: string | null,
  bound: Bound,
): Observation {
  if (bound.overMs !== null) return absent('a bound over a sliding window can only abort a run');
  if (metric === 'heap_slope') return absent('the slope of one process is no verdict: it takes 8 or more');
  const key = keyOf(measurement, metric, phase);
  if (key === null) return absent('not measured');
  const found = measurement.metrics[key] as Metric;
  const ms = phase === null ? measurement.measuredMs : durationOf(measurement, phase);
  return 'value' in found
    ? ofNumber(found, bound, ms)
    : ofHistogram(found, bound, ms, own(measurement.histograms ?? {}, key));
}

/** The name a metric has in the record. Where only one phase was measured, that phase is the whole measured time. */
function keyOf({ metrics, phases }: Measurement, metric: string, phase: string | null): string | null {
  const key = phase === null ? metric : `${metric}{phase:${phase}}`;
  if (Object.hasOwn(metrics, key)) return key;
  const measured = phases?.filter(({ warmup }) => !warmup) ?? [];
  const same = measured.length === 1 && measured[0]?.name === phase;
  return same && Object.hasOwn(metrics, metric) ? metric : null;
}

function durationOf({ phases }: Measurement, phase: string): number {
  const span = phases?.find(({ name }) => name === phase);
  return span === undefined ? Number.NaN : span.toMs - span.fromMs;
}

function own<T>(map: { readonly [name: string]: T }, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function ofNumber({ unit, value }: { unit: string; value: number }, bound: Bound, ms: number): Observation {
  if (bound.aggregator === 'value') return seen(value);
  if (bound.aggregator === 'rate' && unit === 'count') return perSecond(value, ms);
  return absent(`a single number: it has a value, but no ${aggregatorOf(bound)}`);
}

function ofHistogram(
  metric: HistogramMetric,
  bound: Bound,
  ms: number,
  stored: StoredHistogram | undefined,
): Observation {
  const { aggregator, percentile } = bound;
  const needed = samplesNeeded(aggregator, percentile);
  if (!(metric.count >= needed)) {
    return absent(`too few samples: ${aggregatorOf(bound)} needs ${needed}, there were ${metric.count}`);
  }
  switch (aggregator) {
    case 'avg':
    case 'min':
    case 'max':
    case 'count':
      return seen(metric[aggregator]);
    case 'rate':
      return perSecond(metric.count, ms);
    case 'value':
      return absent('a histogram: it has avg, min, max, count and p(N), but no value');
    case 'p':
      return ofPercentile(metric, percentile ?? Number.NaN, stored);
  }
}

function perSecond(count: number, ms: number): Observation {
  return ms > 0 ? seen(count / (ms / 1000)) : absent('no measured time to divide by');
}

/** The percentiles a record lists, by number. */
const listed = new Map<number, 'p50' | 'p90' | 'p95' | 'p99' | 'p999' | 'max'>([
  [50, 'p50'],
  [90, 'p90'],
  [95, 'p95'],
  [99, 'p99'],
  [99.9, 'p999'],
  [100, 'max'],
]);

function ofPercentile(
  metric: HistogramMetric,
  percentile: number,
  stored: StoredHistogram | undefined,
): Observation {
  const field = listed.get(percentile);
  const value = field === undefined ? undefined : metric[field];
  if (value !== undefined) return seen(value);
  if (!(percentile > 0 && percentile <= 100)) return absent(`there is no p(${percentile})`);
  if (stored !== undefined && stored.count > 0) return seen(percentileOf(stored, percentile));
  return absent(`p(${percentile}) is not recorded`);
}

/** The upper edge of the bucket that holds the sample of that rank, never outside what was seen. */
export function percentileOf({ buckets, count, min, max }: StoredHistogram, percentile: number): number {
  const rank = Math.max(1, Math.ceil((percentile / 100) * count - 1e-9));
  let passed = 0;
  for (const [, upper, samples] of buckets) {
    passed += samples;
    if (passed >= rank) return Math.max(min, Math.min(max, upper));
  }
  return max;
}
