import { samplesNeeded } from '../../reports/metric-table.ts';
import type { Finding, RunRecord } from '../../reports/record.ts';
import type { Histogram } from '../measure/histogram.ts';
import type { PhaseHistograms } from '../measure/phases.ts';
import { type GeneratorHealth, judgeGenerator, type SendHealth } from './health.ts';
import type { Played } from './play.ts';
import type { CellContext } from './run-cell.ts';
import { scheduleKept } from './schedule-kept.ts';
import type { WorkerUse } from './worker-use.ts';

/** Why its numbers cannot be believed: of every process that played some of the load, since each was late for itself. */
export function generatorDoubts(context: CellContext, played: Played): readonly Finding[] {
  const health = healthOf(context, played);
  const { workers } = played;
  if (workers === null) return judgeGenerator(health);
  const own = workers.flatMap((worker, index) =>
    judgeGenerator(healthOfWorker(health, worker, played.playedMs)).map((finding) => ({
      ...finding,
      detail: `load worker ${index + 1}: ${finding.detail}`,
    })),
  );
  return [...own, ...judgeGenerator({ ...health, sends: [] })];
}

/** Nothing was due: the schedule is kept, or not, by all together. */
const noSchedule = { lateSends: 0, unmannedSends: 0, offered: 0, lateTransitions: 0, dueTransitions: 0 };

/** The lateness and the loop of one process, beside what all of them measured. */
function healthOfWorker(health: GeneratorHealth, worker: WorkerUse, playedMs: number): GeneratorHealth {
  const { loopDelay, sendLag, cpuS } = worker;
  const ownLag = ({ what, tookAvgMs, tookP99Ms }: SendHealth): readonly SendHealth[] => {
    const lag = what === 'requests' ? null : sendLag[what];
    if (lag === null || lag.count === 0) return [];
    return [{ what, lagAvgMs: round(lag.avg), lagP99Ms: round(lag.percentile(99)), tookAvgMs, tookP99Ms }];
  };
  return {
    ...health,
    judged: noSchedule,
    plannedMs: 0,
    sends: health.sends.flatMap(ownLag),
    eventLoopDelayP99Ms: delayP99Ms(loopDelay),
    cpuPct: cpuPct(cpuS, playedMs),
  };
}

export function delayP99Ms(loopDelay: Histogram): number | null {
  return loopDelay.count >= samplesNeeded('p', 99) ? round(loopDelay.percentile(99)) : null;
}

export function cpuPct(cpuS: number, playedMs: number): number {
  return playedMs > 0 ? round((100 * cpuS) / (playedMs / 1000)) : 0;
}

/** CPU seconds of the process of the load that took most of them. */
export function busiestOf({ cpuS, workers }: Pick<Played, 'cpuS' | 'workers'>): number {
  return workers === null ? cpuS : Math.max(...workers.map((worker) => worker.cpuS));
}

/** How the generator fared, from what was counted of it; of several processes the busiest one, and what all were late. */
export function healthOf(context: CellContext, played: Played): GeneratorHealth {
  const { tally, loopDelay, machine, playedMs, plannedMs, offered, schedule, shaken } = played;
  const { event_delivery_ms, message_routing_ms } = tally.latencies;
  const calm = (histograms: PhaseHistograms): Histogram =>
    shaken ? histograms.undisturbed() : histograms.total();
  return {
    open: context.cell.scenario.workload.arrivals !== 'closed',
    sends: [
      ...sendHealth('events', calm(tally.sendLag.events), calm(event_delivery_ms)),
      ...sendHealth('messages', calm(tally.sendLag.messages), calm(message_routing_ms)),
    ],
    eventLoopDelayP99Ms: delayP99Ms(loopDelay),
    cpuPct: cpuPct(busiestOf(played), playedMs),
    ...scheduleKept(tally, offered.events + offered.messages),
    judged: schedule,
    machine: machine && { busyPct: round(machine.busyPct), othersPct: round(machine.othersPct) },
    playedMs: round(playedMs),
    plannedMs: round(plannedMs),
  };
}

function sendHealth(what: SendHealth['what'], lag: Histogram, took: Histogram): readonly SendHealth[] {
  if (lag.count === 0) return [];
  const [lagAvgMs, lagP99Ms] = [round(lag.avg), round(lag.percentile(99))];
  if (took.count === 0) return [{ what, lagAvgMs, lagP99Ms, tookAvgMs: 0, tookP99Ms: 0 }];
  return [{ what, lagAvgMs, lagP99Ms, tookAvgMs: round(took.avg), tookP99Ms: round(took.percentile(99)) }];
}

/** As it stands in the record: one number a field, and none that was not measured. */
export function generatorOf(context: CellContext, played: Played): RunRecord['generator'] {
  const health = healthOf(context, played);
  const { open: _, judged: __, sends, eventLoopDelayP99Ms, machine, ...rest } = health;
  const { workers, playedMs, load } = played;
  const [events, messages] = (['events', 'messages'] as const).map((what) =>
    sends.find((send) => send.what === what),
  );
  return {
    model: load.tool?.model ?? modelOf(context),
    ...load.tool?.facts,
    ...toolOf(context),
    ...(events && {
      sendLagAvgMs: events.lagAvgMs,
      sendLagP99Ms: events.lagP99Ms,
      deliveryAvgMs: events.tookAvgMs,
    }),
    ...(messages && {
      messageLagAvgMs: messages.lagAvgMs,
      messageLagP99Ms: messages.lagP99Ms,
      routingAvgMs: messages.tookAvgMs,
    }),
    ...(eventLoopDelayP99Ms !== null && { eventLoopDelayP99Ms }),
    ...(machine && { machineCpuPct: machine.busyPct, othersCpuPct: machine.othersPct }),
    ...rest,
    ...(workers && { workers: workers.map((worker) => workerFacts(worker, playedMs)) }),
  };
}

/** One process of the load, as it stands in the record. */
function workerFacts({ pid, sent, cpuS, rssMaxBytes, loopDelay, sendLag }: WorkerUse, playedMs: number) {
  const loop = delayP99Ms(loopDelay);
  const { events, messages } = sendLag;
  return {
    pid,
    sent,
    cpuPct: cpuPct(cpuS, playedMs),
    rssMb: round(rssMaxBytes / 1e6),
    ...(loop !== null && { eventLoopDelayP99Ms: loop }),
    ...(events.count > 0 && { sendLagP99Ms: round(events.percentile(99)) }),
    ...(messages.count > 0 && { messageLagP99Ms: round(messages.percentile(99)) }),
  };
}

function modelOf({ cell }: CellContext): string {
  const { arrivals, writers = 0 } = cell.scenario.workload;
  const model = arrivals === 'closed' ? 'closed' : `open, ${arrivals}`;
  return writers > 0 ? `${model}; ${writers} writers closed` : model;
}

/** By what else than us load was made, and how finely that tells times apart. */
function toolOf({ cell }: CellContext): { readonly [name: string]: string } {
  return cell.scenario.driver === 'autocannon' ? { tool: 'autocannon', resolution: '1 ms' } : {};
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
