import type { Finding } from '../../reports/record.ts';
import type { CrowdPlayed } from './metrics.ts';

/** Above this share of a core what is measured at the clients is what they take, and not what a gateway does. */
const busyPct = 90;

/** Whether what the clients of a cell have measured can be believed, and what has to be known beside it. */
export function crowdFindings(played: CrowdPlayed, playedMs: number): readonly Finding[] {
  const { opened, report } = played;
  const findings: Finding[] = [];
  if (opened.refused > 0) {
    const detail = `${opened.refused} of ${opened.refused + opened.open} WebSockets were not opened: ${opened.refusal}`;
    findings.push({ verdict: 'NOTE', about: 'connections', detail });
  }
  if (cpuPctOf(played, playedMs) > busyPct) {
    const { cpuS, eventLoopDelayP99Ms } = report;
    const loop =
      eventLoopDelayP99Ms === null
        ? ''
        : `, with an event-loop delay of ${eventLoopDelayP99Ms.toFixed(1)} ms at p99`;
    const detail = `their process used ${cpuS.toFixed(1)} s of CPU in ${(playedMs / 1000).toFixed(1)} s${loop}: fewer events or connections will do`;
    findings.push({ verdict: 'INCONCLUSIVE', about: 'clients too slow', detail });
  }
  return findings;
}

/** What a record says of the process of the clients. */
export function crowdFacts(
  played: CrowdPlayed,
  playedMs: number,
): { readonly [name: string]: string | number | boolean } {
  const { pid, report } = played;
  return {
    pid,
    cpuPct: round(cpuPctOf(played, playedMs)),
    ...(report.eventLoopDelayP99Ms !== null && { eventLoopDelayP99Ms: round(report.eventLoopDelayP99Ms) }),
  };
}

function cpuPctOf({ report }: CrowdPlayed, playedMs: number): number {
  return playedMs > 0 ? (100 * report.cpuS) / (playedMs / 1000) : 0;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
