import { broken, type Check, harmed, holds, undecided } from './check.ts';
import { ownersBroken } from './one-owner.ts';

/** One agent id, one spawn, one owner at a time: it is inserted once, and its start announced once, however often that is delivered. */
export const uniqueSpawn: Check = (evidence) => {
  const { spawned, starts, witnessed, control, stillArriving } = evidence;
  if (spawned.size === 0) return undecided('no agent was spawned');
  const inserts = new Map<string, number>();
  for (const { operation, outcome, id } of control) {
    if (operation === 'insert' && outcome === 'done') inserts.set(id, (inserts.get(id) ?? 0) + 1);
  }
  if (!witnessed && starts.size === 0 && inserts.size === 0)
    return undecided('no start and no insertion of an agent was seen');
  const problems: string[] = [];
  for (const id of new Set([...spawned, ...starts.keys(), ...inserts.keys()])) {
    const started = starts.get(id)?.size ?? 0;
    const inserted = inserts.get(id) ?? 0;
    if (started > 1) problems.push(`${id} was started ${started} times`);
    if (inserted > 1) problems.push(`${id} was inserted ${inserted} times`);
  }
  if (problems.length > 0) return broken(`${problems.length} agents started more than once`, problems);
  const disowned = ownersBroken(control);
  if (disowned.length > 0) return broken(`${disowned.length} changes by who was not the owner`, disowned);
  const unseen = witnessed ? [...spawned].filter((id) => !starts.has(id)) : [];
  if (unseen.length === 0)
    return holds(`${spawned.size} agents, none started twice${witnessed ? ', each start seen' : ''}`);
  const detail = `the start of ${unseen.length} of ${spawned.size} agents was never seen`;
  const facts = unseen.map((id) => `${id} was spawned and its agent_start never seen`);
  return stillArriving
    ? undecided(`${detail}, and events were still arriving`, facts)
    : harmed('untold', evidence, detail, facts);
};
