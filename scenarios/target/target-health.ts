import type { RunRecord } from '../../reports/record.ts';
import { cpuPct, delayP99Ms } from '../run/generator.ts';
import type { GeneratorHealth, SendHealth } from '../run/health.ts';
import type { Scenario } from '../scenario.ts';
import type { TargetPlayed } from './play-target.ts';

/** How the load on a target fared itself. */
export function healthOfTarget({ workload }: Scenario, played: TargetPlayed): GeneratorHealth {
  const { tally, gauged, playedMs, plannedMs, schedule } = played;
  return {
    open: workload.arrivals !== 'closed',
    sends: sendsOf(played),
    eventLoopDelayP99Ms: delayP99Ms(gauged.loopDelay),
    cpuPct: cpuPct(gauged.cpuS, playedMs),
    ...schedule,
    lateSends: tally.counts.repliesLate,
    offered: tally.counts.repliesDue,
    judged: schedule,
    machine: gauged.machine,
    playedMs,
    plannedMs: workload.arrivals === 'closed' ? 0 : plannedMs,
  };
}

function sendsOf({ tally }: TargetPlayed): readonly SendHealth[] {
  const [lag, took] = [tally.sendLag.requests.total(), tally.latencies.response_ms.total()];
  if (lag.count === 0) return [];
  const [tookAvgMs, tookP99Ms] = took.count === 0 ? [0, 0] : [took.avg, took.percentile(99)];
  return [{ what: 'requests', lagAvgMs: lag.avg, lagP99Ms: lag.percentile(99), tookAvgMs, tookP99Ms }];
}

/** As it stands in the record. */
export function generatorFacts({ workload }: Scenario, health: GeneratorHealth): RunRecord['generator'] {
  const { sends, eventLoopDelayP99Ms, cpuPct: cpu, machine, lateSends, offered, playedMs } = health;
  const [send] = sends;
  const model =
    workload.arrivals === 'closed'
      ? { model: 'closed', tool: 'autocannon', resolution: '1 ms' }
      : { model: `open, ${workload.arrivals}` };
  return {
    ...model,
    ...(send && { sendLagAvgMs: round(send.lagAvgMs), sendLagP99Ms: round(send.lagP99Ms) }),
    ...(eventLoopDelayP99Ms !== null && { eventLoopDelayP99Ms }),
    ...(machine && { machineCpuPct: round(machine.busyPct), othersCpuPct: round(machine.othersPct) }),
    cpuPct: cpu,
    lateSends,
    offered,
    playedMs: round(playedMs),
    plannedMs: round(health.plannedMs),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
