import type { Finding } from '../../reports/record.ts';

/** How the generator itself fared, beside what it measured. */
export interface GeneratorHealth {
  /** Sent minus due: what the generator itself added to every latency. */
  readonly sendLagAvgMs: number;
  readonly sendLagP99Ms: number;
  readonly deliveryAvgMs: number;
  readonly eventLoopDelayP99Ms: number;
  readonly cpuPct: number;
  readonly lateSends: number;
  readonly offered: number;
  /** Transitions that were due while no agent was idle, of all that were due. */
  readonly lateTransitions: number;
  readonly dueTransitions: number;
  /** Measured time as it was and as it was planned. */
  readonly playedMs: number;
  readonly plannedMs: number;
}

/** Below this, being late is the grain of a timer and not a sign of anything. */
const lagFloorMs = 5;
/** The share of a measured latency that may be the generator's own lateness. */
const lagShare = 0.25;
const lateShare = 0.01;
const overrunShare = 0.05;

/**
 * Whether the generator kept its own schedule well enough for its numbers to be believed. In an embedded cell the
 * system under test shares the process: where it blocks, sends are late because of it, and the latencies, counted from
 * due times, rightly contain that; what cannot be believed then is that the offered load was the one asked for.
 */
export function judgeGenerator(health: GeneratorHealth): readonly Finding[] {
  const findings: Finding[] = [];
  const doubt = (about: string, detail: string): void => {
    findings.push({ verdict: 'INCONCLUSIVE', about, detail });
  };
  const { sendLagAvgMs, deliveryAvgMs, lateSends, offered, playedMs, plannedMs } = health;
  const { lateTransitions, dueTransitions } = health;
  if (sendLagAvgMs > lagFloorMs && sendLagAvgMs > lagShare * deliveryAvgMs) {
    doubt(
      'generator too slow',
      `sends were ${sendLagAvgMs.toFixed(1)} ms late on average, of ${deliveryAvgMs.toFixed(1)} ms measured ` +
        `(CPU ${health.cpuPct.toFixed(0)} %, event-loop delay p99 ${health.eventLoopDelayP99Ms.toFixed(1)} ms)`,
    );
  }
  if (offered > 0 && lateSends / offered > lateShare) {
    doubt(
      'late sends',
      `${lateSends} of ${Math.round(offered)} sends were due while the in-flight bound was full and were not made`,
    );
  }
  if (dueTransitions > 0 && lateTransitions / dueTransitions > lateShare) {
    doubt(
      'late transitions',
      `${lateTransitions} of ${dueTransitions} transitions were due while every agent was busy and were not made`,
    );
  }
  if (plannedMs > 0 && playedMs > plannedMs * (1 + overrunShare) + 100) {
    doubt(
      'schedule overrun',
      `the measured phases took ${playedMs.toFixed(0)} ms instead of ${plannedMs.toFixed(0)} ms`,
    );
  }
  return findings;
}
