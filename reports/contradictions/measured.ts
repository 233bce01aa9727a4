/** What was measured, held against itself. */
import type { Metric, StoredHistogram } from '../record.ts';
import { isAscending, isNear, numberOf, type Rule } from './contradiction.ts';

export const metricOutOfOrder: Rule = ({ metrics }) => {
  for (const [name, metric] of Object.entries(metrics)) {
    if ('value' in metric) continue;
    const { min, p50, p90, p95, p99, p999, max } = metric;
    const ascending = [min, p50, p90, p95, p99, p999, max].filter((value) => value !== undefined);
    if (isAscending(ascending) && isAscending([min, metric.avg, max])) continue;
    const message = 'min, percentiles and max are not in ascending order, or avg is outside them';
    return { steps: ['metrics', name], message };
  }
  return null;
};

export const histogramAgainstMetric: Rule = ({ histograms, metrics }) => {
  for (const [name, histogram] of Object.entries(histograms)) {
    const message = histogramFlaw(histogram, metrics[name]);
    if (message !== null) return { steps: ['histograms', name], message };
  }
  return null;
};

function histogramFlaw({ buckets, count, sum }: StoredHistogram, metric: Metric | undefined): string | null {
  const held = buckets.reduce((total, [, , samples]) => total + samples, 0);
  if (held !== count) return `its buckets hold ${held} samples, its count says ${count}`;
  if (metric !== undefined && 'count' in metric) {
    if (metric.count !== count) return `it has ${count} samples, the metric of that name ${metric.count}`;
    const avg = sum / count;
    if (!isNear(avg, metric.avg)) return `its average is ${avg}, the metric says ${metric.avg}`;
  }
  const ascending = buckets.every(
    ([lower, upper], index) => lower <= upper && (buckets[index - 1]?.[1] ?? lower) <= lower,
  );
  return ascending ? null : 'its buckets are not in ascending order';
}

export const phaseBackwards: Rule = ({ phases }) => {
  const backwards = phases.findIndex(({ fromMs, toMs }) => toMs < fromMs);
  return backwards < 0 ? null : { steps: ['phases', backwards], message: 'ends before it begins' };
};

const shares = ['delivery_rate_pct', 'message_delivery_rate_pct', 'availability_pct'] as const;

export const shareOfMoreThanAll: Rule = (record) => {
  for (const name of shares) {
    const value = numberOf(record, name);
    if (value !== null && (value < 0 || value > 100)) {
      return { steps: ['metrics', name, 'value'], message: `is ${value}, and a share of all is 0 to 100 %` };
    }
  }
  return null;
};

export const lostAndAllDelivered: Rule = (record) => {
  const lost = numberOf(record, 'lost_acked') ?? 0;
  const rates = shares.slice(0, 2).map((name) => numberOf(record, name) ?? 100);
  if (lost === 0 || rates.some((rate) => rate < 100)) return null;
  return {
    steps: ['metrics', 'lost_acked', 'value'],
    message: `is ${lost}, and all that was owed was delivered`,
  };
};

export const failedAndAllAvailable: Rule = (record) => {
  const failed = (['errors', 'indeterminate', 'late_sends'] as const).find(
    (name) => (numberOf(record, name) ?? 0) > 0,
  );
  if (failed === undefined || numberOf(record, 'availability_pct') !== 100) return null;
  const message = `is 100, and ${failed} is ${numberOf(record, failed)}`;
  return { steps: ['metrics', 'availability_pct', 'value'], message };
};

export const lateSendsAgainstGenerator: Rule = (record) => {
  const late = numberOf(record, 'late_sends');
  const { lateSends } = record.generator;
  if (late === null || lateSends === undefined || late === lateSends) return null;
  return {
    steps: ['metrics', 'late_sends', 'value'],
    message: `is ${late}, generator.lateSends is ${lateSends}`,
  };
};

export const rateAgainstRatio: Rule = (record) => {
  const [ratio, done, offered] = ['achieved_ratio', 'events_per_s', 'offered_per_s'].map((name) =>
    numberOf(record, name),
  );
  if (ratio == null || done == null || offered == null || isNear(ratio * offered, done)) return null;
  const message = `is ${ratio}, and of ${offered} events offered a second ${done} came`;
  return { steps: ['metrics', 'achieved_ratio', 'value'], message };
};

export const lossAgainstRecovery: Rule = (record) => {
  const [rpo, lost] = [numberOf(record, 'rpo_events'), numberOf(record, 'lost_acked')];
  if (rpo === null || lost === null || rpo === lost) return null;
  return { steps: ['metrics', 'rpo_events', 'value'], message: `is ${rpo}, and lost_acked is ${lost}` };
};
