import type { Finding, ThresholdResult } from '../../reports/record.ts';
import type { MachineUse } from '../run/machine-use.ts';
import type { CrowdPlayed } from './metrics.ts';

/** Above this share of a core what is measured at the clients is what they take, and not what a gateway does. */
const busyPct = 90;
/** Below this a late timer is the grain of one, and no sign of anything. */
const stallFloorMs = 25;
/** The share of a measured latency that may be the clients' own lateness ... */
const stallShare = 0.5;
/** ... where others use so much of the machine. Without them it is the clients' own work, as that of any client would be. */
const othersMatterPct = 10;

/** What the clients themselves are part of: they can have made these longer, and never shorter. */
const timedByClients = /^(connect_ms|reconnect_ms|ws_delivery_ms)$/;

/** What the clients were measured on, and for how long. */
interface While {
  readonly playedMs: number;
  readonly machine: MachineUse | null;
}

/** What has to be known beside what the clients of a cell have measured. */
export function crowdFindings(played: CrowdPlayed, during: While): readonly Finding[] {
  const { opened } = played;
  const slow = tooSlow(played, during);
  const findings: Finding[] = slow === null ? [] : [slow];
  if (opened.refused > 0) {
    const detail = `${opened.refused} of ${opened.refused + opened.open} WebSockets were not opened: ${opened.refusal}`;
    findings.push({ verdict: 'NOTE', about: 'connections', detail });
  }
  return findings;
}

/** Bounds on what clients time do not fail for clients that had no time. */
export function asTimedBy(
  played: CrowdPlayed,
  during: While,
  thresholds: readonly ThresholdResult[],
): readonly ThresholdResult[] {
  const slow = tooSlow(played, during);
  if (slow === null) return thresholds;
  return thresholds.map((result) =>
    result.verdict === 'FAIL' && timedByClients.test(result.metric)
      ? { ...result, verdict: 'INCONCLUSIVE', reason: `${slow.about}: ${slow.detail}` }
      : result,
  );
}

function tooSlow(played: CrowdPlayed, { playedMs, machine }: While): Finding | null {
  const { cpuS, eventLoopDelayP99Ms, delivery } = played.report;
  const cpuPct = cpuPctOf(played, playedMs);
  const loopMs = eventLoopDelayP99Ms ?? 0;
  const [, took] = delivery.find(([phase]) => phase === null) ?? [];
  const tookMs = took?.metric.p99 ?? took?.metric.max ?? 0;
  const isShared = machine !== null && machine.othersPct >= othersMatterPct;
  const isStalled = isShared && loopMs > stallFloorMs && loopMs > stallShare * tookMs;
  if (cpuPct <= busyPct && !isStalled) return null;
  const others = isShared ? `, and other programs ${machine.othersPct.toFixed(0)} % of the machine` : '';
  const detail =
    `their process used ${cpuS.toFixed(1)} s of CPU in ${(playedMs / 1000).toFixed(1)} s${others}; ` +
    `its event-loop delay was ${loopMs.toFixed(1)} ms at p99, of ${tookMs.toFixed(1)} ms that deliveries took: ` +
    `${isShared ? 'a quiet machine will do, or ' : ''}fewer events or connections`;
  return { verdict: 'INCONCLUSIVE', about: 'clients too slow', detail };
}

/** What a record says of the process of the clients. */
export function crowdFacts(played: CrowdPlayed, playedMs: number): { readonly [name: string]: number } {
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
