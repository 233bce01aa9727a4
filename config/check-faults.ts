import { quietEndMs } from '../chaos/nemesis.ts';
import { findConflict } from '../chaos/timeline.ts';
import type { MetricName } from '../reports/metric-table.ts';
import { metricTable } from '../reports/metric-table.ts';
import { aroundNumbers, type Scenario } from '../scenarios/scenario.ts';
import { resolveStack } from './stacks.ts';
import type { Path } from './tree.ts';

type Report = (path: Path, what: string) => void;

/** Whether something is to go wrong in a scenario, so that there is a before, a during and an after. */
export function isDisturbed({ faults = [], random }: Scenario): boolean {
  return faults.length > 0 || random !== undefined;
}

/** Whether the faults fit the load that they are to disturb, each other, and what is said of them. */
export function checkFaults(scenario: Scenario, isWritten: (path: Path) => boolean, report: Report): void {
  checkTimes(scenario, report);
  checkRandom(scenario, report);
  checkConflicts(scenario, report);
  const { steadyState } = scenario;
  if (!isDisturbed(scenario)) {
    for (const field of ['steady_state', 'recovery'])
      if (isWritten([field])) report([field], 'needs a fault, and the scenario has none');
  }
  for (const { metric } of steadyState?.thresholds ?? []) {
    if (!hasPhasesAround(metric as MetricName))
      report(
        ['steady_state', 'thresholds', metric],
        `${metric} is one number over the whole measured time (allowed: latencies, ${aroundNumbers.join(', ')})`,
      );
  }
}

/** Whether a metric is told before, during and after faults. */
export function hasPhasesAround(metric: MetricName): boolean {
  const numbers: readonly string[] = aroundNumbers;
  return metricTable[metric].kind === 'histogram' || numbers.includes(metric);
}

function checkTimes({ faults = [], workload, steadyState }: Scenario, report: Report): void {
  const measuredMs = measuredOf(workload);
  const { beforeMs = 0 } = steadyState ?? {};
  for (const [index, { atMs, forMs }] of faults.entries()) {
    const path: Path = ['faults', index];
    if (atMs < beforeMs) report([...path, 'at'], `is sooner than steady_state.before, ${beforeMs} ms`);
    else if (measuredMs > 0 && atMs >= measuredMs)
      report([...path, 'at'], `is not before the end of the measured time, ${measuredMs} ms`);
    else if (measuredMs > 0 && atMs + (forMs ?? 0) > measuredMs)
      report([...path, 'for'], `lasts beyond the end of the measured time, ${measuredMs} ms`);
  }
}

function checkRandom({ random, workload }: Scenario, report: Report): void {
  if (random === undefined) return;
  const { afterMs, everyMs, forMs } = random;
  const soonestMs = afterMs + everyMs.min + forMs.min + quietEndMs;
  const measuredMs = measuredOf(workload);
  if (measuredMs > 0 && soonestMs > measuredMs)
    report(
      ['random', 'every'],
      `leaves no time for a fault: with ${quietEndMs} ms after it to recover in, that takes at least ${soonestMs} ms, and the measured time is ${measuredMs} ms`,
    );
}

function measuredOf({ phases }: Scenario['workload']): number {
  return phases.reduce((sum, { warmup, forMs }) => sum + (warmup ? 0 : forMs), 0);
}

function checkConflicts({ faults = [], stacks }: Scenario, report: Report): void {
  const oneServer = stacks.some((name) => isOneServer(name));
  const conflict = findConflict(faults, false) ?? (oneServer ? findConflict(faults, true) : null);
  if (conflict === null) return;
  const { first, second } = conflict;
  report(
    ['faults', faults.indexOf(second), 'at'],
    `${second.fault} on ${second.on} begins while ${first.fault} on ${first.on} is in force (from ${first.atMs} ms): these cannot overlap on one target`,
  );
}

/** A stack that cannot be resolved is reported where stacks are. */
function isOneServer(name: string): boolean {
  try {
    const { bus, storage } = resolveStack(name);
    return bus.replace(/-.*/, '') === storage;
  } catch {
    return false;
  }
}
