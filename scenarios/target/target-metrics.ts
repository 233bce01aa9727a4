import type { Metric, RunRecord } from '../../reports/record.ts';
import { availabilityOf } from '../run/abort.ts';
import { latencies, leastMeasuredMs } from '../run/metrics.ts';
import type { TargetPlayed } from './play-target.ts';

type Metrics = { [name: string]: Metric };

/** The metrics of a target. What nothing was measured of is absent: a rate of no answers is no number. */
export function metricsOf(played: TargetPlayed): RunRecord['metrics'] {
  const { tally, gauged, playedMs } = played;
  const { counts } = tally;
  const count = (value: number): Metric => ({ unit: 'count', value });
  const metrics: Metrics = {
    ...latencies(played),
    status_2xx: count(counts.status2xx),
    status_3xx: count(counts.status3xx),
    status_4xx: count(counts.status4xx),
    status_5xx: count(counts.status5xx),
    unexpected_status: count(counts.requestsUnexpected),
    timeouts: count(counts.requestsTimedOut),
    errors: count(counts.errors),
    indeterminate: count(counts.unknown),
    late_sends: count(counts.repliesLate),
    rss_mb: { unit: 'MB', value: gauged.rssMaxBytes / 1e6 },
    ...played.aroundFaults,
  };
  const delay = gauged.loopDelay.summarise();
  if (delay) metrics['event_loop_delay_ms'] = delay;
  const { good, attempted } = availabilityOf(tally);
  if (attempted > 0) metrics['availability_pct'] = { unit: '%', value: (100 * good) / attempted };
  if (playedMs < leastMeasuredMs) return metrics;
  const perS = (value: number): Metric => ({ unit: '1/s', value: (1000 * value) / playedMs });
  if (counts.repliesDue > 0) metrics['requests_offered_per_s'] = perS(counts.repliesDue);
  if (played.answered > 0) metrics['requests_per_s'] = perS(played.doneInTime);
  metrics['generator_cpu_pct'] = { unit: '%', value: (100_000 * gauged.cpuS) / playedMs };
  return metrics;
}

export function seriesOf({ tally: { windows }, playedMs }: TargetPlayed): RunRecord['series'] {
  return {
    offered_per_s: windows.rate('offered', playedMs),
    acked_per_s: windows.rate('acked', playedMs),
    response_ms: windows.average('response_ms', 'acked', 'ms', playedMs),
    errors_per_s: windows.rate('errors', playedMs),
  };
}
