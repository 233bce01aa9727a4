import type { FaultRecord, Metric, RunRecord, Series } from '../../reports/record.ts';
import type { Threshold } from '../../reports/threshold.ts';
import { firstOfGoodRow, goodWindows } from './good-windows.ts';

/** What the recovery of a run is told from. */
export interface RecoverySource {
  readonly faults: readonly FaultRecord[];
  readonly series: RunRecord['series'];
  readonly rules: readonly Threshold[];
  /** So many good windows in a row are a recovery. */
  readonly inARow: number;
  readonly availabilityPct: number | null;
  /** Acknowledged sends that are missing at the end; null where that is not known. */
  readonly lostAcked: number | null;
  /** From the acknowledgement of the first of them to that of the last, in ms; null where that is not known. */
  readonly lostSpanMs: number | null;
}

/** The availability that the error budget is reckoned from: the seed's target. */
const targetPct = 99.9;

/**
 * How a run got through its faults, in the windows of its series; nothing for a run without one that was seen in force.
 * Of several faults the worst is told. What did not come (no recovery before the load ended) is absent, never 0.
 */
export function recoveryMetrics(source: RecoverySource): { readonly [name: string]: Metric } {
  const { series, rules, inARow, availabilityPct, lostAcked, lostSpanMs } = source;
  const faults = source.faults.filter(wasInForce);
  if (faults.length === 0) return {};
  const windowMs = Object.values(series)[0]?.windowMs ?? 0;
  const windows = goodWindows(series, rules);
  const all = { windows, windowMs, inARow };
  const begunMs = Math.min(...faults.map(({ confirmedAtMs }) => confirmedAtMs));
  const outage = worst(faults.map(({ confirmedAtMs }) => recoveredAfter(confirmedAtMs, all)));
  const heal = worst(faults.map(({ verifiedAtMs }) => recoveredAfter(verifiedAtMs, all)));
  const metrics: { [name: string]: Metric } = {
    degraded_ms: ms(
      windowMs * windows.filter((good, index) => good === false && (index + 1) * windowMs > begunMs).length,
    ),
    faulted_operations: count(Math.round(offeredDuring(faults, series['offered_per_s']))),
  };
  if (outage !== null) metrics['outage_recovery_ms'] = ms(outage);
  if (heal !== null) metrics['heal_recovery_ms'] = ms(heal);
  const [noticed, felt] = [series['noticed_per_s'], series['errors_per_s']];
  const detected = noticed && longestUnseen(faults, [noticed, felt]);
  const heard = longestUnseen(faults, [felt]);
  if (detected != null) metrics['detect_ms'] = ms(detected);
  if (heard !== null) metrics['client_detect_ms'] = ms(heard);
  if (lostAcked !== null) metrics['rpo_events'] = count(lostAcked);
  if (lostAcked === 0) metrics['rpo_ms'] = ms(0);
  else if (lostAcked !== null && lostSpanMs !== null) metrics['rpo_ms'] = ms(lostSpanMs);
  if (availabilityPct !== null)
    metrics['error_budget_burn'] = { unit: 'ratio', value: (100 - availabilityPct) / (100 - targetPct) };
  const lastMs = Math.max(...faults.map(({ verifiedAtMs }) => verifiedAtMs));
  const backMs = lastRecovery(lastMs, all);
  if (backMs !== null) {
    metrics['violations_after_recovery'] = count(
      windows.filter((good, index) => good === false && index * windowMs >= backMs).length,
    );
    const dip = dipArea(begunMs, backMs, series['acked_per_s']);
    if (dip !== null) metrics['dip_area_events'] = count(dip);
  }
  return metrics;
}

type InForce = FaultRecord & { readonly confirmedAtMs: number; readonly verifiedAtMs: number };

function wasInForce(fault: FaultRecord): fault is InForce {
  return fault.confirmedAtMs !== null && fault.verifiedAtMs !== null;
}

interface Windows {
  readonly windows: readonly (boolean | null)[];
  readonly windowMs: number;
  readonly inARow: number;
}

/** From a moment to the first of so many good windows in a row: 0 when that window had begun; null: there is none. */
function recoveredAfter(atMs: number, all: Windows): number | null {
  const backMs = lastRecovery(atMs, all);
  return backMs === null ? null : Math.max(0, backMs - atMs);
}

function lastRecovery(atMs: number, { windows, windowMs, inARow }: Windows): number | null {
  const first = firstOfGoodRow(windows, Math.floor(atMs / windowMs), inARow);
  return first === null ? null : first * windowMs;
}

/** Null as soon as one is: of faults of which one was not recovered from, no number says how long it took. */
function worst(times: readonly (number | null)[]): number | null {
  return times.includes(null) ? null : Math.max(...(times as readonly number[]));
}

/** What was due while a fault was in force. */
function offeredDuring(faults: readonly InForce[], offered: Series | undefined): number {
  if (offered === undefined) return 0;
  const { windowMs, values } = offered;
  return values.reduce<number>((sum, value, index) => {
    const [fromMs, toMs] = [index * windowMs, (index + 1) * windowMs];
    const inside = faults.some(
      ({ confirmedAtMs, verifiedAtMs }) => confirmedAtMs < toMs && verifiedAtMs > fromMs,
    );
    return inside ? sum + ((value ?? 0) * windowMs) / 1000 : sum;
  }, 0);
}

/**
 * From when a fault was seen in force to the end of the first window in which something of it showed in one of these series: the
 * longest of the faults of which something did; null: nothing of any. What shows belongs to the last fault that had begun by then.
 */
function longestUnseen(faults: readonly InForce[], shown: readonly (Series | undefined)[]): number | null {
  const beginnings = [...new Set(faults.map(({ confirmedAtMs }) => confirmedAtMs))].sort((a, b) => a - b);
  const times = beginnings.flatMap((beganMs, index) => {
    const nextMs = beginnings[index + 1] ?? Number.POSITIVE_INFINITY;
    const ends = shown.flatMap((series) => endOfFirst(series, beganMs, nextMs) ?? []);
    return ends.length === 0 ? [] : [Math.min(...ends) - beganMs];
  });
  return times.length === 0 ? null : Math.max(...times);
}

/** The end of the first window with something in it that ends after one moment, and not after another; null: there is none. */
function endOfFirst(series: Series | undefined, afterMs: number, untilMs: number): number | null {
  const { windowMs = 0, values = [] } = series ?? {};
  const ends = values.map((value, at) => ((value ?? 0) > 0 ? (at + 1) * windowMs : 0));
  return ends.find((endMs) => endMs > afterMs && endMs <= untilMs) ?? null;
}

/** How many fewer were acknowledged from the first fault to the recovery than the time before had promised; null: nothing was before. */
function dipArea(fromMs: number, untilMs: number, acked: Series | undefined): number | null {
  const { windowMs = 0, values = [] } = acked ?? {};
  const first = Math.floor(fromMs / windowMs);
  const before = values.slice(0, first);
  if (before.length === 0) return null;
  const usual = sum(before) / before.length;
  const under = values.slice(first, Math.max(first, Math.ceil(untilMs / windowMs)));
  return Math.max(0, Math.round(((usual * under.length - sum(under)) * windowMs) / 1000));
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

function ms(value: number): Metric {
  return { unit: 'ms', value };
}

function count(value: number): Metric {
  return { unit: 'count', value };
}
