import { judge, measuredMsOf } from '../../reports/judge.ts';
import type { Finding, RunRecord } from '../../reports/record.ts';
import { verdictOf } from '../../reports/verdict.ts';
import { recoveryMetrics } from '../measure/recovery.ts';
import { judgeSteadyState, phasesOf } from '../run/assess.ts';
import { recovered } from '../run/evidence.ts';
import { faultFindings, faultRecords } from '../run/fault-play.ts';
import { judgeGenerator } from '../run/health.ts';
import { storeHistograms } from '../run/metrics.ts';
import type { Scenario } from '../scenario.ts';
import type { TargetPlayed } from './play-target.ts';
import type { TargetContext } from './run-target.ts';
import { withoutTargetSecrets } from './target.ts';
import { generatorFacts, healthOfTarget } from './target-health.ts';
import { metricsOf, seriesOf } from './target-metrics.ts';

/** The record of a cell whose system under test is somebody's HTTP service. */
export function assessTarget(
  context: TargetContext,
  played: TargetPlayed,
  startedAtMs: number,
  teardown: readonly Finding[],
): RunRecord {
  const { cell, clock, environment } = context;
  const { scenario } = cell;
  const { origin } = scenario.target;
  const faults = faultRecords(played.faults, false);
  const series = seriesOf(played);
  const phases = phasesOf(played);
  const histograms = storeHistograms(played);
  const metrics = withRecovery(metricsOf(played), { faults, series, rules: scenario.thresholds });
  const judged = { measuredMs: measuredMsOf({ phases }), phases, histograms };
  const thresholds = judge(scenario.thresholds, metrics, judged);
  const health = healthOfTarget(scenario, played);
  const findings = [
    ...played.findings,
    ...judgeSteadyState(scenario.steadyState?.thresholds ?? [], metrics, judged),
    ...judgeGenerator(health),
    ...findingsOf(played),
    ...teardown,
  ];
  return {
    schemaVersion: 1,
    scenario: scenario.name,
    description: scenario.description,
    stack: cell.stack.name,
    iteration: cell.iteration,
    seed: cell.seed,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: clock.now() - startedAtMs,
    verdict: verdictOf({ thresholds, checks: [], findings, interrupted: played.interrupted }),
    interrupted: played.interrupted,
    environment: { ...environment, target: { origin } },
    generator: generatorFacts(scenario, health),
    workload: workloadOf(scenario),
    durability: scenario.durability,
    traits: { bus: {}, storage: {} },
    phases,
    faults,
    metrics,
    parameters: scenario.parameters ?? {},
    series,
    histograms,
    rules: scenario.thresholds,
    ...(scenario.shown && { shown: scenario.shown }),
    thresholds,
    asked: [],
    checks: [],
    findings,
    files: [],
  };
}

/** What of a workload is played on a target, and what it is asked: nothing that lets somebody in. */
function workloadOf({ workload, target }: TargetContext['cell']['scenario']): RunRecord['workload'] {
  const { arrivals, requestsPerS = 0, concurrency, inFlight, deadlineMs, phases } = workload;
  const model = arrivals === 'closed' ? { concurrency } : { requestsPerS, inFlight };
  return { arrivals, ...model, deadlineMs, phases, requests: withoutTargetSecrets(target).requests };
}

function withRecovery(
  metrics: RunRecord['metrics'],
  source: Pick<RunRecord, 'faults' | 'series'> & { readonly rules: Scenario['thresholds'] },
): RunRecord['metrics'] {
  const availability = metrics['availability_pct'];
  const availabilityPct = availability !== undefined && 'value' in availability ? availability.value : null;
  const lost = { lostAcked: null, lostSpanMs: null };
  return {
    ...metrics,
    ...recoveryMetrics({ ...source, inARow: recovered.windows, availabilityPct, ...lost }),
  };
}

/** What a reader of the numbers has to know beside them. Who never answered has shown nothing. */
function findingsOf({ tally, answered, interrupted, faults }: TargetPlayed): readonly Finding[] {
  const notes = [...tally.errorKinds].map(
    ([what, times]): Finding => ({ verdict: 'NOTE', about: 'errors', detail: `${times} x ${what}` }),
  );
  const silent: Finding = {
    verdict: 'INCONCLUSIVE',
    about: 'no answers',
    detail: `none of ${tally.counts.repliesDue} requests was answered`,
  };
  const cut: Finding = { verdict: 'INCONCLUSIVE', about: 'interrupted', detail: 'stopped before its end' };
  return [
    ...notes,
    ...(answered === 0 ? [silent] : []),
    ...(interrupted ? [cut] : []),
    ...tally.doubts,
    ...faultFindings(faults, interrupted),
  ];
}
