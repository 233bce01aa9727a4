import { wantsOfTime } from '../../reports/generator-doubts.ts';
import type { Finding } from '../../reports/record.ts';
import type { MachineUse } from './machine-use.ts';
import type { ScheduleKept } from './schedule-kept.ts';

/** How late the generator was with one kind of send, beside what that was measured to take, in ms. */
export interface SendHealth {
  readonly what: 'events' | 'messages' | 'requests';
  /** Sent minus due: what the generator itself added to every latency. */
  readonly lagAvgMs: number;
  readonly lagP99Ms: number;
  /** From due to handled; 0 where nothing arrived. */
  readonly tookAvgMs: number;
  readonly tookP99Ms: number;
}

/** How the generator itself fared, beside what it measured. */
export interface GeneratorHealth extends ScheduleKept {
  readonly open: boolean;
  /** Of those kinds of which something was sent by a schedule. */
  readonly sends: readonly SendHealth[];
  /** Null: too few samples for one. */
  readonly eventLoopDelayP99Ms: number | null;
  readonly cpuPct: number;
  /** While the load played; null: not known. */
  readonly machine: MachineUse | null;
  /** The part of the schedule that it is judged by, where faults made the rest late. Absent: all of it. */
  readonly judged?: ScheduleKept;
  /** Measured time as it was and as it was planned. */
  readonly playedMs: number;
  readonly plannedMs: number;
}

/** Below this, being late is the grain of a timer and not a sign of anything. */
const lagFloorMs = 5;
/** The share of a measured latency that may be the generator's own lateness. */
const lagShare = 0.25;
const busyPct = 90;
const stallFloorMs = 25;
const stallShare = 0.5;
const lateShare = 0.01;
const overrunShare = 0.05;

/**
 * Whether the generator kept its own schedule well enough for its numbers to be believed. In an embedded cell the
 * system under test shares the process: where it blocks, sends are late because of it, and the latencies, counted from
 * due times, rightly contain that; what cannot be believed then is that the offered load was the one asked for.
 */
export function judgeGenerator(health: GeneratorHealth): readonly Finding[] {
  const findings = [
    ...health.sends.flatMap((send) => [...judgeLag(send, health), ...judgeTail(send, health)]),
    ...judgeLoop(health),
    ...judgeSchedule(health),
  ];
  return explained(findings, health);
}

function doubt(about: string, detail: string): Finding {
  return { verdict: 'INCONCLUSIVE', about, detail };
}

/** Below this share of the machine, others are not what kept the generator waiting. */
const othersMatterPct = 10;

/** The first of what lacked time says, once for the cell, what the machine was doing and what would help. */
function explained(findings: readonly Finding[], { machine }: GeneratorHealth): readonly Finding[] {
  const first = findings.findIndex(({ about }) => wantsOfTime.includes(about));
  const others = machine !== null && machine.othersPct >= othersMatterPct;
  const load =
    machine === null
      ? ''
      : `; the machine was ${machine.busyPct.toFixed(0)} % busy, ${machine.othersPct.toFixed(0)} % with other programs`;
  const advice = others
    ? 'a quiet machine will do, or fewer events'
    : 'fewer events will do, or a faster machine';
  return findings.map((finding, at) =>
    at === first
      ? { ...finding, detail: `${finding.detail}${load}: ${advice}; testbed doctor says what this one can` }
      : finding,
  );
}

function judgeLag({ what, lagAvgMs, tookAvgMs }: SendHealth, health: GeneratorHealth): readonly Finding[] {
  if (lagAvgMs <= lagFloorMs || lagAvgMs <= lagShare * tookAvgMs) return [];
  const { cpuPct, eventLoopDelayP99Ms } = health;
  const loop =
    eventLoopDelayP99Ms === null ? '' : `, event-loop delay p99 ${eventLoopDelayP99Ms.toFixed(1)} ms`;
  return [
    doubt(
      'generator too slow',
      `${what} were sent ${lagAvgMs.toFixed(1)} ms late on average, of ${tookAvgMs.toFixed(1)} ms measured ` +
        `(CPU ${cpuPct.toFixed(0)} %${loop})`,
    ),
  ];
}

function judgeTail({ what, lagP99Ms, tookP99Ms }: SendHealth, health: GeneratorHealth): readonly Finding[] {
  const { cpuPct } = health;
  if (cpuPct <= busyPct || lagP99Ms <= lagFloorMs || lagP99Ms <= lagShare * tookP99Ms) return [];
  return [
    doubt(
      'no CPU left',
      `${cpuPct.toFixed(0)} % of a core was used, and ${what} were sent ${lagP99Ms.toFixed(1)} ms late at p99, ` +
        `of ${tookP99Ms.toFixed(1)} ms measured`,
    ),
  ];
}

function judgeLoop(health: GeneratorHealth): readonly Finding[] {
  const { open, sends, eventLoopDelayP99Ms } = health;
  const tookP99Ms = Math.max(0, ...sends.map((send) => send.tookP99Ms));
  if (!open || sends.length === 0 || eventLoopDelayP99Ms === null) return [];
  if (eventLoopDelayP99Ms <= stallFloorMs || eventLoopDelayP99Ms <= stallShare * tookP99Ms) return [];
  return [
    doubt(
      'event loop stalled',
      `event-loop delay p99 was ${eventLoopDelayP99Ms.toFixed(1)} ms, of ${tookP99Ms.toFixed(1)} ms that sends took at p99`,
    ),
  ];
}

function judgeSchedule(health: GeneratorHealth): readonly Finding[] {
  const { playedMs, plannedMs, judged = health } = health;
  const { lateSends, unmannedSends, offered, lateTransitions, dueTransitions } = judged;
  const findings: Finding[] = [];
  if (offered > 0 && lateSends / offered > lateShare) {
    const causes = [
      [lateSends - unmannedSends, 'because the in-flight bound was full'],
      [unmannedSends, 'because no agent worked'],
    ] as const;
    const why = causes.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
    findings.push(
      doubt(
        'late sends',
        `${lateSends} of ${Math.round(offered)} sends were due and not made: ${why.join(', ')}`,
      ),
    );
  }
  if (dueTransitions > 0 && lateTransitions / dueTransitions > lateShare) {
    findings.push(
      doubt(
        'late transitions',
        `${lateTransitions} of ${dueTransitions} transitions were due while every agent was busy and were not made`,
      ),
    );
  }
  if (plannedMs > 0 && playedMs > plannedMs * (1 + overrunShare) + 100) {
    findings.push(
      doubt(
        'schedule overrun',
        `the measured phases took ${playedMs.toFixed(0)} ms instead of ${plannedMs.toFixed(0)} ms`,
      ),
    );
  }
  return findings;
}
