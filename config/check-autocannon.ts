import { parseTarget } from '../chaos/target-name.ts';
import { metricTable } from '../reports/metric-table.ts';
import type { Threshold } from '../reports/threshold.ts';
import { type Scenario, shortestTimeoutMs } from '../scenarios/scenario.ts';
import { thresholdKey } from './threshold.ts';
import type { Path } from './tree.ts';

type Report = (path: Path, what: string) => void;

const why = 'autocannon keeps no schedule: it asks again when it was answered';

/** Latencies that do not count from when something was due. */
const unscheduled: readonly string[] = ['service_ms', 'event_loop_delay_ms'];

/** Whether a scenario asks autocannon for no more than it can tell: how much goes through, and not how long anybody would wait. */
export function checkAutocannon(scenario: Scenario, report: Report): void {
  if (scenario.driver !== 'autocannon') return;
  checkSchedules(scenario, report);
  const { workload, thresholds, steadyState, faults = [], checks } = scenario;
  checkLatencies(['thresholds'], thresholds, report);
  checkLatencies(['steady_state', 'thresholds'], steadyState?.thresholds ?? [], report);
  if (workload.deadlineMs < shortestTimeoutMs)
    report(['workload', 'deadline'], `autocannon waits at least ${shortestTimeoutMs} ms for an answer`);
  const order = checks.indexOf('order-per-key');
  if (order >= 0 && workload.concurrency > 1)
    report(
      ['checks', order],
      'between requests of several connections HTTP keeps no order (allowed: concurrency: 1)',
    );
  for (const [index, { on }] of faults.entries()) {
    if (parseTarget(on).kind === 'node')
      report(
        ['faults', index, 'on'],
        'autocannon gives up on a gateway that is gone: it tries again without a pause',
      );
  }
}

function checkSchedules({ workload }: Scenario, report: Report): void {
  const {
    arrivals,
    messagesPerS,
    transitionsPerS,
    readsPerS = 0,
    lifetime,
    chain,
    backlog = null,
  } = workload;
  const of = (field: string): Path => ['workload', field];
  if (arrivals !== 'closed') report(of('arrivals'), `${why} (allowed: closed)`);
  const rates = { messages: messagesPerS, transitions: transitionsPerS, reads: readsPerS };
  for (const [field, perS] of Object.entries(rates)) if (perS > 0) report(of(field), `${why} (allowed: 0/s)`);
  const parts = { lifetime, chain, backlog };
  for (const [field, part] of Object.entries(parts))
    if (part !== null) report(of(field), `${why} (allowed: null)`);
  if (workload.spawnOverMs > 0) report(of('spawnOver'), `${why} (allowed: 0s)`);
  for (const [index, { rateFrom, rateTo }] of workload.phases.entries()) {
    if (rateFrom !== 1 || rateTo !== 1) report([...of('phases'), index, 'rate'], `${why} (allowed: x1)`);
  }
}

function checkLatencies(path: Path, rules: readonly Threshold[], report: Report): void {
  for (const { metric, phase, stack = null } of rules) {
    const { kind, unit } = metricTable[metric as keyof typeof metricTable];
    if (kind !== 'histogram' || unit !== 'ms' || unscheduled.includes(metric)) continue;
    const what = `${metric} counts from when something was due, and ${why} (allowed: service_ms, in whole ms, and rates and counts)`;
    report([...path, thresholdKey(metric, { phase, stack })], what);
  }
}
