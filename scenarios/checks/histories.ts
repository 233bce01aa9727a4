import type { ControlEntry } from '../run/control-log.ts';

/** What was asked of each stored agent and perhaps carried out, or compared; what was refused certainly was not. */
export function historiesOf(control: readonly ControlEntry[]): ReadonlyMap<string, readonly ControlEntry[]> {
  const histories = new Map<string, ControlEntry[]>();
  for (const entry of control) {
    const { operation, outcome, id } = entry;
    if (operation === 'acknowledged' || operation === 'announced' || outcome === 'refused') continue;
    const history = histories.get(id);
    if (history === undefined) histories.set(id, [entry]);
    else history.push(entry);
  }
  return histories;
}
