import type { ControlEntry } from '../run/control-log.ts';

/** The highest version of each agent that was acknowledged as stored since it was last removed. */
export function lastStored(control: readonly ControlEntry[]): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const { operation, outcome, id, version = 0 } of control) {
    if (operation === 'remove' && outcome !== 'refused') last.delete(id);
    else if (outcome === 'done' && version > (last.get(id) ?? 0)) last.set(id, version);
  }
  return last;
}
