import type { FaultWindow } from '../../chaos/play-timeline.ts';
import type { Random } from '../../core/random.ts';
import type { Finding } from '../../reports/record.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Marks, marksOf } from '../ledger/marks.ts';
import { aroundCounts, type SoFar } from '../measure/around-counts.ts';
import type { PhaseSpan } from '../measure/phases.ts';
import { Tally } from '../measure/tally.ts';
import type { Phase } from '../scenario.ts';
import type { SystemUnderTest } from '../sut.ts';
import { AbortWatch, availabilityOf } from './abort.ts';
import type { FinalState } from './collect.ts';
import type { ControlEntry } from './control-log.ts';
import { type Ended, Ending } from './ending.ts';
import type { Environment } from './environment.ts';
import type { FaultPlay } from './fault-play.ts';
import { LoopDelay } from './loop-delay.ts';
import { type MachineUse, machineUse, readMachine } from './machine-use.ts';
import { type AgentsWeight, type MemorySample, sampleMemory } from './memory.ts';
import type { OpenStack } from './open-stack.ts';
import type { CellContext } from './run-cell.ts';
import { type ScheduleKept, scheduleKept } from './schedule-kept.ts';
import { ServerMeter, type ServersUsed } from './server-usage.ts';
import type { Session } from './session.ts';
import type { StalenessProbe } from './staleness.ts';

/** What the measured time left behind. */
export interface MeasuredTime {
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
  readonly cpuS: number;
  readonly rssMaxBytes: number;
  readonly machine: MachineUse | null;
  /** Of the stack's own servers; null where there is none. */
  readonly servers: ServersUsed | null;
  readonly maxLag: number;
  readonly loopDelay: LoopDelay['histogram'];
  readonly before: MemorySample | null;
  readonly after: MemorySample | null;
  readonly ended: Ended;
  readonly subscriptions: number;
  readonly interrupted: boolean;
  /** How the generator kept its schedule: over the whole load, or up to the first fault, whose doing the rest may be. */
  readonly schedule: ScheduleKept;
  /** Faults were done to the process that the generator runs in. */
  readonly shaken: boolean;
  /** Numbers told before, during and after the faults. */
  readonly aroundFaults: ReturnType<typeof aroundCounts>;
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
  readonly control: readonly ControlEntry[];
  readonly facts: ReturnType<OpenStack['facts']>;
  /** Bus and storage are served by one server. */
  readonly oneServer: boolean;
  readonly environment: Environment;
  readonly session: Session;
  readonly dropped: number | null;
}

/** What goes on beside the load: servers that are measured, replicas that are looked at (null: there are none), faults. */
export interface PlayedBeside {
  readonly servers: readonly { readonly pid: number }[];
  readonly staleness: StalenessProbe | null;
  readonly faults: FaultPlay;
}

/** Plays the measured phases: a fresh population under load, sampled, watched by the abort bounds, then drained. */
export async function playMeasured(
  session: Session,
  sut: SystemUnderTest,
  context: CellContext,
  { servers, staleness, faults }: PlayedBeside,
  random: Random,
): Promise<MeasuredTime> {
  const { cell, clock, signal, progress } = context;
  const { workload, thresholds } = cell.scenario;
  const phases = workload.phases.filter((phase) => !phase.warmup);
  const plan = session.plan(phases, 'measured');
  await sut.forgetEnded?.();
  const before = await sampleMemory();
  const { eventLedger, messageLedger } = session;
  const from = {
    events: marksOf(eventLedger),
    messages: marksOf(messageLedger),
    dropped: sut.events.dropped ?? 0,
  };
  const findings: Finding[] = [];
  const watch = new AbortWatch(thresholds);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const loopDelay = new LoopDelay(clock, faults.shakesGenerator ? faults.disturbance : null);

  const meter = new ServerMeter(servers, clock.now());
  const startMs = clock.now();
  const spans = spansOf(phases, startMs);
  const tally = new Tally(spans, faults.disturbance);
  session.count(tally);
  session.population.restart(startMs);
  await session.population.renew('agent', startMs, workload.spawnOverMs, random.fork('population'));
  session.chains?.start();
  loopDelay.start();
  const cpuBefore = process.cpuUsage();
  const machineBefore = readMachine();
  let rssMaxBytes = process.memoryUsage.rss();
  let maxLag = 0;
  let lateJoin: Promise<void> | null = null;
  staleness?.start(tally);
  let schedule: ScheduleKept | null = null;
  const offeredSoFar = () => ({
    events: offeredSince(from.events, eventLedger),
    messages: offeredSince(from.messages, messageLedger),
  });
  const keptSoFar = (): ScheduleKept => {
    const { events, messages } = offeredSoFar();
    return scheduleKept(tally, events + messages);
  };
  const soFar = (): SoFar => ({ ...availabilityOf(tally), errors: tally.counts.errors });
  let begun: SoFar | null = null;
  let over: SoFar | null = null;
  faults.start(startMs, {
    begun: () => {
      schedule = keptSoFar();
      begun = soFar();
    },
    over: () => {
      over = soFar();
    },
  });
  await session.play({
    phases,
    startMs,
    tally,
    plan,
    signal: both,
    beat(elapsedMs) {
      const nowMs = clock.now();
      const completed = eventLedger.completed(from.events.next);
      rssMaxBytes = Math.max(rssMaxBytes, process.memoryUsage.rss());
      meter.beat(nowMs);
      maxLag = Math.max(maxLag, session.outstanding());
      progress({
        phase: spans.findLast(({ fromMs }) => fromMs <= startMs + elapsedMs)?.name ?? '',
        elapsedMs,
        totalMs: plan.totalMs,
        eventsPerS: elapsedMs > 0 ? (1000 * completed) / elapsedMs : null,
      });
      if (lateJoin === null && workload.subscribers.late > 0 && elapsedMs >= plan.totalMs / 2) {
        lateJoin = session.requests
          .ask('subscribe', () => session.audience.subscribe(workload.subscribers.late))
          .catch((error: unknown) => tally.unsuccessful('subscribe', error, clock.now()));
      }
      const reason = watch.check(tally, nowMs, completed);
      if (reason !== null && !stop.signal.aborted) {
        findings.push({
          verdict: 'FAIL',
          about: 'abort',
          detail: `stopped after ${seconds(elapsedMs)}: ${reason}`,
        });
        stop.abort();
      }
    },
  });
  const playedMs = clock.now() - startMs;
  const windows = await faults.end();
  const ending = new Ending(session, clock);
  const cpu = process.cpuUsage(cpuBefore);
  const serversUsed = meter.end();
  const cpuS = (cpu.user + cpu.system) / 1e6;
  const machine = machineUse(machineBefore, readMachine(), cpuS + (serversUsed?.cpuS ?? 0));
  loopDelay.stop();
  const eventsCompleted = eventLedger.completed(from.events.next);
  const messagesCompleted = messageLedger.completed(from.messages.next);
  const offered = offeredSoFar();
  const { transitionsDone, spawnsDone, readsDone } = tally.counts;
  const subscriptions = session.subscriptionCount;
  if (lateJoin !== null) await lateJoin;
  await ending.settle(startMs + plan.totalMs, workload.drainMs, both);
  const ended = await ending.drain(workload.drainMs, signal);
  findings.push(...((await staleness?.settle(workload.drainMs, signal)) ?? []));
  await session.giveUp();
  const after = await sampleMemory();
  return {
    tally,
    spans,
    startMs,
    playedMs,
    plannedMs: plan.totalMs,
    from,
    eventsCompleted,
    messagesCompleted,
    transitionsDone,
    spawnsDone,
    readsDone,
    offered,
    cpuS,
    machine,
    rssMaxBytes,
    servers: serversUsed,
    maxLag,
    loopDelay: loopDelay.histogram,
    before,
    after,
    ended,
    subscriptions,
    interrupted: signal.aborted,
    schedule: schedule ?? keptSoFar(),
    shaken: faults.shakesGenerator,
    aroundFaults: aroundCounts(begun, over, soFar()),
    faults: windows,
    findings,
  };
}

/** What was sent since, and what was due and not sent. */
function offeredSince(from: Marks, { attempted, missed }: Ledger): number {
  return attempted - from.attempted + missed - from.missed;
}

function spansOf(phases: readonly Phase[], startMs: number): readonly PhaseSpan[] {
  let fromMs = startMs;
  return phases.map(({ name, forMs }) => {
    const span = { name, fromMs, toMs: fromMs + forMs };
    fromMs = span.toMs;
    return span;
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
