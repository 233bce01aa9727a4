import { findTarget } from '../../chaos/find-target.ts';
import {
  type FaultWindow,
  type ReadyFault,
  Timeline,
  type TimelineParts,
} from '../../chaos/play-timeline.ts';
import { findFault } from '../../chaos/table.ts';
import type { Surroundings } from '../../chaos/target.ts';
import { parseTarget } from '../../chaos/target-name.ts';
import type { FaultOrder } from '../../chaos/timeline.ts';
import { TestbedError } from '../../core/error.ts';
import type { FaultRecord, Finding } from '../../reports/record.ts';
import type { Disturbance } from '../measure/phases.ts';

/**
 * The kind and the target of every fault of a scenario in an open cell. What the stack cannot take, `unharmable` has told
 * before; UNSUPPORTED, with the reason, when the rights or the machine do not allow one: then the whole cell says nothing.
 */
export async function readyFaults(
  orders: readonly FaultOrder[],
  surroundings: Surroundings,
): Promise<readonly ReadyFault[]> {
  const ready: ReadyFault[] = [];
  for (const order of orders) {
    const kind = findFault(order.fault);
    if (kind === undefined) throw new TestbedError('INVALID_CONFIG', `unknown fault ${order.fault}`);
    const target = findTarget(parseTarget(order.on, order.direction), surroundings);
    if (typeof target === 'string') throw unsupported(order, target);
    const reason = (await kind.unsupported?.(target, order.options)) ?? null;
    if (reason !== null) throw unsupported(order, reason);
    ready.push({ order, kind, target });
  }
  return ready;
}

function unsupported({ fault, on }: FaultOrder, reason: string): TestbedError {
  return new TestbedError('UNSUPPORTED', `fault ${fault} on ${on}: ${reason}`);
}

/** The faults of a cell while its load plays. */
export interface FaultPlay {
  /** When they disturb the run; null: there are none. */
  readonly disturbance: Disturbance | null;
  /** One of them is done to our own process, in which the generator runs as well. */
  readonly shakesGenerator: boolean;
  /** One of them puts a replica in the place of its primary. */
  readonly promotes: boolean;
  /** To be called as the load starts. `begun` is called as the first fault is about to strike, `over` as the last is seen healed. */
  start(startMs: number, around: { begun(): void; over(): void }): void;
  /** What has become of each by now. */
  soFar(): readonly FaultWindow[];
  /** The load is over: heals what is in force. Resolves when every fault is over. */
  end(): Promise<readonly FaultWindow[]>;
}

export function playFaults(
  faults: readonly ReadyFault[],
  parts: Pick<TimelineParts, 'clock' | 'random' | 'journal'>,
): FaultPlay {
  if (faults.length === 0)
    return {
      ...{ disturbance: null, shakesGenerator: false, promotes: false },
      start: () => undefined,
      soFar: () => [],
      end: async () => [],
    };
  const over = new AbortController();
  const disturbance = { beganMs: Number.POSITIVE_INFINITY, endedMs: Number.POSITIVE_INFINITY };
  let told: Parameters<FaultPlay['start']>[1] | null = null;
  const timeline = new Timeline(faults, {
    ...parts,
    end: over.signal,
    around: {
      begun: (nowMs) => {
        disturbance.beganMs = nowMs;
        told?.begun();
      },
      over: (nowMs) => {
        disturbance.endedMs = nowMs;
        told?.over();
      },
    },
  });
  let windows: Promise<readonly FaultWindow[]> = Promise.resolve([]);
  return {
    disturbance,
    shakesGenerator: faults.some(({ target }) => target.kind === 'process'),
    promotes: faults.some(({ kind }) => kind.leadsClients === true),
    start: (startMs, around) => {
      told = around;
      windows = timeline.play(startMs);
    },
    soFar: () => timeline.soFar(),
    end: () => {
      over.abort();
      return windows;
    },
  };
}

/** As they stand in the record. One server that serves bus and storage was harmed under both names. */
export function faultRecords(windows: readonly FaultWindow[], oneServer: boolean): readonly FaultRecord[] {
  return windows.flatMap(({ order, injectedAtMs, confirmedAtMs, healedAtMs, verifiedAtMs }) => {
    const { fault, on, options } = order;
    const times = {
      injectedAtMs: round(injectedAtMs),
      confirmedAtMs: round(confirmedAtMs),
      healedAtMs: round(healedAtMs),
      verifiedAtMs: round(verifiedAtMs),
    };
    const names = oneServer && /^(bus|storage)\.server$/.test(on) ? ['bus.server', 'storage.server'] : [on];
    return names.map((name) => ({ fault, on: name, options, ...times }));
  });
}

/** What the faults themselves say of whether this run can be believed. */
export function faultFindings(windows: readonly FaultWindow[], interrupted: boolean): readonly Finding[] {
  return windows.flatMap(({ order: { fault, on }, problem, ...times }): Finding[] => {
    const about = `fault ${fault} on ${on}`;
    const found = (verdict: 'FAIL' | 'INCONCLUSIVE', detail: string): Finding[] => [
      { verdict, about, detail },
    ];
    if (times.injectedAtMs === null)
      return interrupted ? [] : found('INCONCLUSIVE', problem ?? 'the load ended before it was due');
    if (times.verifiedAtMs === null) return found('FAIL', problem ?? 'was healed, and was not seen gone');
    if (times.confirmedAtMs === null) return found('INCONCLUSIVE', problem ?? 'was never seen in force');
    return [];
  });
}

function round(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000;
}
