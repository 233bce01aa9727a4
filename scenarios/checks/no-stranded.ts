import { isTerminal } from '../../core/agent.ts';
import { broken, type Check, type Fact, harmed, holds, timeOf, undecided, worstOf } from './check.ts';
import { lastStored } from './last-stored.ts';
import { peaceFromMs } from './promise.ts';

/**
 * Every agent whose spawn was acknowledged has ended, or is alive and owned; none is left between two states. One that
 * storage has not, or has as it was before its last change, was not left: it was lost.
 */
export const noStranded: Check = (evidence) => {
  const { spawned, agents, owners, control } = evidence;
  if (spawned.size === 0 && agents.length === 0) return undecided('no agent was spawned');
  const stored = new Set(agents.map(({ id }) => id));
  const removed = new Set<string>();
  const acknowledged = new Map<string, number>();
  for (const { operation, outcome, id, atMs } of control) {
    if (operation === 'remove' && outcome !== 'refused') removed.add(id);
    if (operation === 'acknowledged') acknowledged.set(id, timeOf(evidence, atMs));
  }
  const last = lastStored(control);
  const lost: Fact[] = [];
  const left: Fact[] = [];
  const peaceMs = peaceFromMs(evidence.faults);
  for (const id of spawned) {
    if (stored.has(id) || removed.has(id)) continue;
    const spawnedMs = acknowledged.get(id) ?? null;
    // Spawned when all faults had been healed, it is lost by none.
    (spawnedMs !== null && spawnedMs > peaceMs ? left : lost).push(factOf(id, spawnedMs));
  }
  for (const { id, status, owner, version } of agents) {
    const among = version < (last.get(id) ?? 0) ? lost : left;
    if (isTerminal(status)) continue;
    if (status === 'spawning' || status === 'retrying') among.push(`${id} was left ${status}`);
    else if (owner === null) among.push(`${id} is ${status} and nobody owns it`);
    else if (owners !== null && !owners.has(owner))
      among.push(`${id} is ${status} and owned by ${owner}, which is no more`);
  }
  const found = worstOf([
    left.length > 0 && broken(`${left.length} agents stranded`, left),
    lost.length > 0 &&
      harmed('lost by the storage', evidence, `${lost.length} agents are not as they were stored`, lost),
  ]);
  return found ?? holds(`${spawned.size} agents spawned, none stranded`);
};

function factOf(id: string, acknowledgedMs: number | null): Fact {
  const when = acknowledgedMs === null ? '' : `, acknowledged at ${(acknowledgedMs / 1000).toFixed(3)} s,`;
  return { text: `${id} was spawned${when} and is not in storage`, id, acknowledgedMs };
}
