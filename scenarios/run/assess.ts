import type { Traits } from '../../adapters/adapter.ts';
import { judge, measuredMsOf } from '../../reports/judge.ts';
import type { CheckResult, Finding, RunRecord } from '../../reports/record.ts';
import type { Threshold } from '../../reports/threshold.ts';
import { verdictOf } from '../../reports/verdict.ts';
import type { Evidence } from '../checks/check.ts';
import { type Checked, runChecks } from '../checks/run-checks.ts';
import { asTimedBy, crowdFacts, crowdFindings } from '../crowd/findings.ts';
import { crowdHistograms, crowdMetrics } from '../crowd/metrics.ts';
import { lostSpanMs } from '../ledger/losses.ts';
import { recoveryMetrics } from '../measure/recovery.ts';
import { takeoverMs } from '../measure/takeover.ts';
import type { Scenario } from '../scenario.ts';
import { evidenceOf } from './evidence.ts';
import { faultRecords } from './fault-play.ts';
import { findingsOf } from './findings.ts';
import { busiestOf, generatorDoubts, generatorOf } from './generator.ts';
import { assembleMetrics, type Measured, storeHistograms } from './metrics.ts';
import type { Played } from './play.ts';
import type { CellContext } from './run-cell.ts';
import { factsFileOf, hasFacts } from './write-facts.ts';

export interface Assessed {
  readonly record: RunRecord;
  /** What the checks found, at more length than in the record. */
  readonly checked: readonly Checked[];
}

/** The record of a played cell: metrics, checks, thresholds, findings and the verdict that follows from them. */
export function assess(context: CellContext, played: Played, teardown: readonly Finding[]): Assessed {
  const { cell, clock } = context;
  const { scenario, stack } = cell;
  const measured = measuredOf(played);
  const faults: RunRecord['faults'] = faultRecords(played.faults, played.oneServer);
  const series = seriesOf(played);
  const evidence = evidenceOf(context, played, faults, series);
  const { clients, playedMs } = played;
  const metrics = {
    ...withRecovery(assembleMetrics(measured), evidence),
    ...played.aroundFaults,
    ...(clients && crowdMetrics(clients, playedMs)),
  };
  const checked = runChecks(scenario.checks, evidence, clock);
  const found = checked.map(({ result }) => result);
  const seen = context.ownStorage === true ? found.map(asUnseen) : found;
  const checks = played.interrupted || wasLost(scenario, played) ? seen.map(cutShort) : seen;
  const phases = phasesOf(played);
  const histograms = { ...storeHistograms(measured), ...(clients && crowdHistograms(clients)) };
  const measuredMs = measuredMsOf({ phases });
  const judged = judge(scenario.thresholds, metrics, { measuredMs, phases, histograms });
  const thresholds = clients === null ? judged : asTimedBy(clients, played, judged);
  const unsteady = judgeSteadyState(scenario.steadyState?.thresholds ?? [], metrics, {
    measuredMs,
    phases,
    histograms,
  });
  const findings = [
    ...played.findings,
    ...unsteady,
    ...undrawn(scenario),
    ...generatorDoubts(context, played),
    ...findingsOf(played),
    ...(clients === null ? [] : crowdFindings(clients, played)),
    ...teardown,
  ];
  const record: RunRecord = {
    schemaVersion: 1,
    scenario: scenario.name,
    description: scenario.description,
    stack: stack.name,
    iteration: cell.iteration,
    seed: cell.seed,
    startedAt: new Date(played.startedAtMs).toISOString(),
    durationMs: round(clock.now() - played.startedAtMs),
    verdict: verdictOf({ thresholds, checks, findings, interrupted: played.interrupted }),
    interrupted: played.interrupted,
    environment: {
      ...played.environment,
      ...played.facts,
      ...(clients && { clients: crowdFacts(clients, playedMs) }),
    },
    generator: generatorOf(context, played),
    workload: { ...scenario.workload },
    durability: scenario.durability,
    ...(scenario.replicas !== undefined && { replicas: scenario.replicas }),
    traits: { bus: traitsOf(context.bus.traits), storage: traitsOf(context.storage.traits) },
    phases,
    faults,
    metrics,
    parameters: scenario.parameters ?? {},
    series,
    histograms,
    rules: scenario.thresholds,
    ...(scenario.shown && { shown: scenario.shown }),
    thresholds,
    asked: scenario.checks,
    checks,
    findings,
    files: ['control.ndjson', ...checked.filter(hasFacts).map(({ result }) => factsFileOf(result.check))],
  };
  return { record, checked };
}

/** The metrics of a run, and of how it got through its faults. */
function withRecovery(metrics: RunRecord['metrics'], evidence: Evidence): RunRecord['metrics'] {
  const { faults, series, rules, recovery } = evidence;
  const numberOf = (name: string): number | null => {
    const metric = metrics[name];
    return metric !== undefined && 'value' in metric ? metric.value : null;
  };
  const recovered = recoveryMetrics({
    faults,
    series,
    rules,
    inARow: recovery.windows,
    availabilityPct: numberOf('availability_pct'),
    lostAcked: numberOf('lost_acked'),
    lostSpanMs: lostSpanMs([evidence.events, evidence.messages]),
  });
  const tookMs = takeoverMs(evidence);
  return { ...metrics, ...recovered, ...(tookMs !== null && { takeover_ms: { unit: 'ms', value: tookMs } }) };
}

/** Chance may leave a short load alone: then nothing was drilled. */
function undrawn({ random, faults = [] }: Scenario): readonly Finding[] {
  if (random === undefined || faults.length > 0) return [];
  const detail = 'the seed drew none in so short a load: play for longer, or with a smaller random.every';
  return [{ verdict: 'INCONCLUSIVE', about: 'no fault', detail }];
}

/** What was not steady before the first fault says nothing of what the faults did. */
export function judgeSteadyState(
  steady: readonly Threshold[],
  metrics: RunRecord['metrics'],
  played: Parameters<typeof judge>[2],
): readonly Finding[] {
  const before = steady
    .filter(({ pass, healthy }) => pass.length + healthy.length > 0)
    .map(({ metric, pass, healthy }) => ({ metric, phase: 'before', pass, healthy, abort: [] }));
  return judge(before, metrics, played)
    .filter(({ verdict }) => verdict === 'FAIL' || verdict === 'INCONCLUSIVE')
    .map(({ metric, rule, observed, reason }) => {
      const seen = observed === null ? (reason ?? 'not measured') : Number(observed.toPrecision(4));
      return {
        verdict: 'INCONCLUSIVE',
        about: 'no steady state',
        detail: `before the first fault, ${metric} ${rule}: ${seen}`,
      };
    });
}

/** The load was ended since a bound was lost, and not waited for. */
function wasLost({ endsOnceLost }: Scenario, { findings }: Played): boolean {
  return endsOnceLost === true && findings.some(({ about }) => about === 'abort');
}

/** What was still to come when a run was interrupted cannot be held against anyone; what had happened can. */
const awaited: readonly string[] = [
  'no-lost-acked',
  'at-least-once',
  'exactly-once-effect',
  'offsets-agree',
  'no-stranded',
  'converges',
  'chain-complete',
  'backlog-drained',
];

function cutShort(result: CheckResult): CheckResult {
  if (result.verdict !== 'FAIL' || !awaited.includes(result.check)) return result;
  return { ...result, verdict: 'INCONCLUSIVE', detail: `${result.detail} when the run was ended` };
}

/** Of a system that keeps its agents itself, no change of one is seen, only how they end. */
function asUnseen(result: CheckResult): CheckResult {
  if (result.check !== 'legal-transitions' && result.check !== 'linearizable') return result;
  const detail = 'the system has a storage of its own: what it changes there is not seen';
  return { check: result.check, verdict: 'UNSUPPORTED', detail, evidence: [] };
}

/** Phases as they were played: the last ends when the load did, be that early or late. */
export function phasesOf({
  spans,
  startMs,
  playedMs,
}: Pick<Played, 'spans' | 'startMs' | 'playedMs'>): RunRecord['phases'] {
  return spans.map(({ name, fromMs, toMs }, index) => ({
    name,
    fromMs: Math.min(fromMs - startMs, playedMs),
    toMs: index === spans.length - 1 ? playedMs : Math.min(toMs - startMs, playedMs),
    warmup: false,
  }));
}

function seriesOf({ load, tally: { windows }, levels, playedMs, listened }: Played): RunRecord['series'] {
  const { consumer_lag: lag, ...levelsOverTime } = levels.series(windows, playedMs);
  return {
    offered_per_s: windows.rate('offered', playedMs),
    acked_per_s: windows.rate('acked', playedMs),
    deliveries_per_s: windows.rate('deliveries', playedMs),
    event_delivery_ms: windows.average('delivery_ms', 'deliveries', 'ms', playedMs),
    errors_per_s: windows.rate('errors', playedMs),
    ...(listened && { noticed_per_s: windows.rate('noticed', playedMs) }),
    spawns_per_s: windows.rate('spawns', playedMs),
    transitions_per_s: windows.rate('transitions', playedMs),
    ...levelsOverTime,
    // It is not known of what another program has sent and not told of.
    ...(lag && !load.tool && { consumer_lag: lag }),
  };
}

function measuredOf(played: Played): Measured {
  const { load, tally, ended, before, after, agentsWeight } = played;
  const { eventLedger, messageLedger } = load;
  return {
    tally,
    events: eventLedger,
    messages: messageLedger,
    from: played.from,
    eventCount: eventLedger.count(played.from.events.next, eventLedger.sent),
    messageCount: messageLedger.count(played.from.messages.next, messageLedger.sent),
    eventsCompleted: played.eventsCompleted,
    messagesCompleted: played.messagesCompleted,
    transitionsDone: played.transitionsDone,
    spawnsDone: played.spawnsDone,
    readsDone: played.readsDone,
    measuredMs: played.playedMs,
    offered: played.offered,
    dropped: played.dropped === null ? null : played.dropped - played.from.dropped,
    drainMs: ended.drainMs,
    backlog: played.backlog,
    stillArriving: ended.stillArriving,
    maxLag: load.tool ? null : played.maxLag,
    memory:
      before === null || after === null
        ? null
        : { startBytes: before.heapBytes, endBytes: after.heapBytes, agents: agentsWeight },
    cpuS: played.cpuS,
    busiestS: busiestOf(played),
    rssMaxBytes: played.rssMaxBytes,
    servers: played.servers,
    node: played.node,
    loopDelay: played.loopDelay,
    agents: played.state.agents.filter(({ id }) => id.startsWith('agent-')),
    subscriptions: played.subscriptions,
  };
}

function traitsOf(traits: Traits): { readonly [name: string]: unknown } {
  return { ...traits };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
