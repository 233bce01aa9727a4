import type { FaultRecord } from '../../reports/record.ts';
import type { Evidence } from '../checks/check.ts';
import { historiesOf } from '../checks/histories.ts';
import type { ControlEntry } from '../run/control-log.ts';

/** The agents of a life of a node that others have taken over: when the first was stored as theirs, and when the last. */
interface Takeover {
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * How long it took until the last agent of a life of a node that was harmed was stored as another's, in ms from when the fault was
 * injected; the worst of all lives. Null: nobody has taken anything over.
 */
export function takeoverMs({
  control,
  faults,
  cellStartMs,
  loadStartMs,
}: Pick<Evidence, 'control' | 'faults' | 'cellStartMs' | 'loadStartMs'>): number | null {
  const begunMs = begunOnNodes(faults).map((ms) => ms + loadStartMs - cellStartMs);
  const took = [...takeovers(control).values()].flatMap(({ firstMs, lastMs }) => {
    const sinceMs = begunMs.findLast((ms) => ms <= firstMs);
    return sinceMs === undefined ? [] : [lastMs - sinceMs];
  });
  return took.length === 0 ? null : Math.max(...took);
}

function begunOnNodes(faults: readonly FaultRecord[]): readonly number[] {
  return faults
    .filter(({ on }) => /^node(\.|$)/.test(on))
    .flatMap(({ injectedAtMs }) => (injectedAtMs === null ? [] : [injectedAtMs]))
    .sort((a, b) => a - b);
}

/** By the life that has lost them. */
function takeovers(control: readonly ControlEntry[]): ReadonlyMap<string, Takeover> {
  const found = new Map<string, Takeover>();
  for (const history of historiesOf(control).values()) {
    // By version: two nodes may have had their answers in another order than they were stored.
    const stored = new Map<number, ControlEntry>();
    for (const entry of history)
      if (entry.outcome === 'done' && entry.version !== undefined) stored.set(entry.version, entry);
    for (const [version, { owner, atMs }] of stored) {
      const before = stored.get(version - 1)?.owner;
      if (before === undefined || owner === undefined || owner === before) continue;
      const { firstMs = atMs, lastMs = atMs } = found.get(before) ?? {};
      found.set(before, { firstMs: Math.min(firstMs, atMs), lastMs: Math.max(lastMs, atMs) });
    }
  }
  return found;
}
