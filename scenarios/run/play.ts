import type { FaultWindow } from '../../chaos/play-timeline.ts';
import type { Finding } from '../../reports/record.ts';
import type { CrowdPlayed } from '../crowd/metrics.ts';
import type { OpenCrowd } from '../crowd/open-crowd.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Marks, marksOf } from '../ledger/marks.ts';
import type { PhaseSpan } from '../measure/phases.ts';
import { Tally } from '../measure/tally.ts';
import type { Phase } from '../scenario.ts';
import { AroundMarks } from './around-marks.ts';
import type { BacklogSeen } from './backlog.ts';
import { Beat } from './beat.ts';
import type { FinalState } from './collect.ts';
import type { ControlEntry } from './control-log.ts';
import { type Ended, Ending } from './ending.ts';
import type { Environment } from './environment.ts';
import type { FaultPlay } from './fault-play.ts';
import { type Gauged, Gauges } from './gauges.ts';
import { LiveLook } from './live.ts';
import type { Load } from './load.ts';
import type { AgentsWeight, MemorySample } from './memory.ts';
import type { OpenSystem } from './open-system.ts';
import type { CellContext } from './run-cell.ts';
import type { ScheduleKept } from './schedule-kept.ts';
import { cpuOf, type WorkerUse, withWorkers } from './worker-use.ts';

/** What the measured time left behind. */
export interface MeasuredTime extends Gauged {
  readonly tally: Tally;
  readonly spans: readonly PhaseSpan[];
  /** When the load started, in Clock milliseconds; phases count from here. */
  readonly startMs: number;
  readonly playedMs: number;
  readonly plannedMs: number;
  /** How far the ledgers, and what queues had dropped, were when it began. */
  readonly from: { readonly events: Marks; readonly messages: Marks; readonly dropped: number };
  readonly eventsCompleted: number;
  readonly messagesCompleted: number;
  readonly transitionsDone: number;
  readonly spawnsDone: number;
  readonly readsDone: number;
  readonly offered: { readonly events: number; readonly messages: number };
  readonly before: MemorySample | null;
  readonly after: MemorySample | null;
  readonly ended: Ended;
  /** Null: none was asked for. */
  readonly backlog: BacklogSeen | null;
  /** Over WebSockets of their own; null: there are none. */
  readonly clients: CrowdPlayed | null;
  readonly subscriptions: number;
  readonly interrupted: boolean;
  /** The processes that the load was played in; null: it was ours. */
  readonly workers: readonly WorkerUse[] | null;
  /** How the generator kept its schedule: over the whole load, or up to the first fault, whose doing the rest may be. */
  readonly schedule: ScheduleKept;
  /** Faults were done to the process that the generator runs in. */
  readonly shaken: boolean;
  /** It is known what the system itself noticed. */
  readonly listened: boolean;
  /** Numbers told before, during and after the faults. */
  readonly aroundFaults: ReturnType<AroundMarks['numbers']>;
  /** What became of each fault. */
  readonly faults: readonly FaultWindow[];
  readonly findings: readonly Finding[];
}

/** A whole cell, played: all that its record is made from. */
export interface Played extends MeasuredTime {
  readonly startedAtMs: number;
  /** How the warm-up ended; null without one. */
  readonly warmedUp: Ended | null;
  readonly agentsWeight: AgentsWeight | null;
  readonly state: FinalState;
  /** Who could own agents at the end; null: that is not known. */
  readonly owners: ReadonlySet<string> | null;
  readonly control: readonly ControlEntry[];
  readonly facts: Awaited<ReturnType<OpenSystem['facts']>>;
  /** Bus and storage are served by one server. */
  readonly oneServer: boolean;
  readonly environment: Environment;
  readonly load: Load;
  readonly dropped: number | null;
}

/** Plays the measured phases: a fresh population under load, sampled, watched by the abort bounds, then drained. */
export async function playMeasured(
  load: Load,
  system: OpenSystem,
  context: CellContext,
  faults: FaultPlay,
  crowd: OpenCrowd | null,
): Promise<MeasuredTime> {
  const { sut, staleness, notices, memory } = system;
  const { cell, clock, signal } = context;
  const { workload } = cell.scenario;
  const phases = workload.phases.filter((phase) => !phase.warmup);
  const plan = load.plan(phases, 'measured');
  await load.prepare?.(phases);
  await sut.forgetEnded?.();
  const before = await memory();
  await load.refresh?.();
  const from = {
    events: marksOf(load.eventLedger),
    messages: marksOf(load.messageLedger),
    dropped: sut.events.dropped ?? 0,
  };
  const offered = () => ({
    events: offeredSince(from.events, load.eventLedger),
    messages: offeredSince(from.messages, load.messageLedger),
  });

  const startMs = load.startsAt(clock);
  const spans = spansOf(phases, startMs);
  await crowd?.process.begin(spans, from.events.next);
  const tally = new Tally(spans, faults.disturbance);
  await load.begin({ label: 'measured', phases, startMs, spans, tally, isMeasured: true });
  const gauged = { ...system, beside: besideOf(system, crowd) };
  const gauges = new Gauges(gauged, clock, faults.shakesGenerator ? faults.disturbance : null, startMs);
  const around = new AroundMarks(tally, offered);
  const backlog = load.backlog(from.events.next);
  const beat = new Beat({
    load,
    context,
    backlog,
    tally,
    spans,
    gauges,
    live: context.watched
      ? new LiveLook({ tally, levels: gauges.levels, rules: cell.scenario.thresholds, faults })
      : null,
    from: from.events.next,
    totalMs: plan.totalMs,
    offered: plan.offered,
  });
  const both = AbortSignal.any([signal, beat.stopped]);
  staleness?.start(tally);
  if (notices !== null) notices.tally = tally;
  faults.start(startMs, crowd?.process.alongside(around, faults.disturbance) ?? around);
  await load.play(both, (elapsedMs) => beat.at(elapsedMs));
  const playedMs = clock.now() - startMs;
  crowd?.process.loadIsOver();
  const healing = faults.end();
  const { workers } = load;
  const ending = new Ending(load, clock);
  const atEnd = {
    ...withWorkers(gauges.end(cpuOf(workers)), workers),
    workers,
    eventsCompleted: load.eventLedger.completed(from.events.next),
    messagesCompleted: load.messageLedger.completed(from.messages.next),
    transitionsDone: tally.counts.transitionsDone,
    spawnsDone: tally.counts.spawnsDone,
    subscriptions: load.subscriptionCount,
  };
  await load.finish?.(both);
  const toldAfter = {
    offered: offered(),
    readsDone: tally.counts.readsDone,
    schedule: around.schedule(),
  };
  // What is still broken cannot be drained.
  const windows = await healing;
  await beat.lateJoin;
  const drained = (await backlog?.end(tally.counts.eventsAcked, both)) ?? null;
  await ending.settle(startMs + plan.totalMs, workload.drainMs, both);
  // Of a load that was lost nobody asks any more what would still have arrived.
  const ended = await ending.drain(workload.drainMs, cell.scenario.endsOnceLost ? both : signal);
  const behind = (await staleness?.settle(workload.drainMs, signal, faults.promotes)) ?? [];
  await load.giveUp();
  const clients = (await crowd?.end(load.eventLedger, from.events.next, workload.drainMs)) ?? null;
  const after = await memory();
  return {
    ...atEnd,
    ...toldAfter,
    tally,
    spans,
    startMs,
    playedMs,
    plannedMs: plan.totalMs,
    from,
    before,
    after,
    ended,
    backlog: drained,
    clients,
    interrupted: signal.aborted,
    shaken: faults.shakesGenerator,
    aroundFaults: around.numbers(),
    listened: notices !== null,
    faults: windows,
    findings: [...beat.findings, ...behind],
  };
}

/** Processes of the cell that are neither ours nor the node's nor servers. */
function besideOf(
  { gateways = [] }: OpenSystem,
  crowd: OpenCrowd | null,
): readonly { readonly pid: number }[] {
  return [...gateways.slice(1).map(({ node }) => node), ...(crowd === null ? [] : [crowd.process])];
}

/** What was sent since, and what was due and not sent. */
function offeredSince(from: Marks, { attempted, missed }: Ledger): number {
  return attempted - from.attempted + missed - from.missed;
}

export function spansOf(phases: readonly Phase[], startMs: number): readonly PhaseSpan[] {
  let fromMs = startMs;
  return phases.map(({ name, forMs }) => {
    const span = { name, fromMs, toMs: fromMs + forMs };
    fromMs = span.toMs;
    return span;
  });
}
