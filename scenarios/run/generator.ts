import { samplesNeeded } from '../../reports/metric-table.ts';
import type { RunRecord } from '../../reports/record.ts';
import type { Histogram } from '../measure/histogram.ts';
import type { PhaseHistograms } from '../measure/phases.ts';
import type { GeneratorHealth, SendHealth } from './health.ts';
import type { Played } from './play.ts';
import type { CellContext } from './run-cell.ts';
import { scheduleKept } from './schedule-kept.ts';

/** How the generator fared, from what was counted of it. */
export function healthOf(context: CellContext, played: Played): GeneratorHealth {
  const { tally, loopDelay, cpuS, machine, playedMs, plannedMs, offered, schedule, shaken } = played;
  const { event_delivery_ms, message_routing_ms } = tally.latencies;
  const calm = (histograms: PhaseHistograms): Histogram =>
    shaken ? histograms.undisturbed() : histograms.total();
  return {
    open: context.cell.scenario.workload.arrivals !== 'closed',
    sends: [
      ...sendHealth('events', calm(tally.sendLag.events), calm(event_delivery_ms)),
      ...sendHealth('messages', calm(tally.sendLag.messages), calm(message_routing_ms)),
    ],
    eventLoopDelayP99Ms: loopDelay.count >= samplesNeeded('p', 99) ? round(loopDelay.percentile(99)) : null,
    cpuPct: playedMs > 0 ? round((100 * cpuS) / (playedMs / 1000)) : 0,
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
export function generatorOf(context: CellContext, health: GeneratorHealth): RunRecord['generator'] {
  const { open: _, judged: __, sends, eventLoopDelayP99Ms, machine, ...rest } = health;
  const [events, messages] = (['events', 'messages'] as const).map((what) =>
    sends.find((send) => send.what === what),
  );
  return {
    model: modelOf(context),
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
  };
}

function modelOf({ cell }: CellContext): string {
  const { arrivals, writers = 0 } = cell.scenario.workload;
  const model = arrivals === 'closed' ? 'closed' : `open, ${arrivals}`;
  return writers > 0 ? `${model}; ${writers} writers closed` : model;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
