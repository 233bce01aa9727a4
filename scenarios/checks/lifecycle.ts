import { type AgentStatus, isLegalTransition, isTerminal } from '../../core/agent.ts';
import type { ControlEntry } from '../run/control-log.ts';
import { broken, type Check, holds, undecided } from './check.ts';

interface Known {
  readonly status: AgentStatus;
  readonly version: number;
  /** An update had no answer: what is stored may be one version further. */
  readonly doubtful: boolean;
}

/** Says what is wrong with storing `entry` on top of what is known, or null. */
function wrong(before: Known | undefined, { id, operation, version, status }: ControlEntry): string | null {
  if (operation === 'insert') {
    if (before !== undefined) return `${id} was inserted although it existed`;
    return status === 'spawning' && version === 1
      ? null
      : `${id} was inserted as ${status}, version ${version}`;
  }
  if (before === undefined) return `${id} was changed to ${status} although it was never inserted`;
  if (before.doubtful) return null;
  if (version !== before.version + 1)
    return `${id}: version ${version} was stored on top of ${before.version}`;
  const allowed = before.status === status || isLegalTransition(before.status, status as AgentStatus);
  return allowed && !(isTerminal(before.status) && before.status !== status)
    ? null
    : `${id} went from ${before.status} to ${status} (version ${version})`;
}

/** Every stored change is a transition of the state table, on the version it was made for; terminal is terminal. */
export const legalTransitions: Check = ({ control, agents }) => {
  const known = new Map<string, Known>();
  const problems: string[] = [];
  let changes = 0;
  for (const entry of control) {
    const before = known.get(entry.id);
    if (entry.outcome === 'refused') continue;
    if (entry.operation === 'remove') {
      known.delete(entry.id);
      continue;
    }
    if (entry.outcome === 'unknown') {
      if (before) known.set(entry.id, { ...before, doubtful: true });
      continue;
    }
    changes++;
    const problem = wrong(before, entry);
    if (problem !== null) problems.push(problem);
    known.set(entry.id, {
      status: entry.status as AgentStatus,
      version: entry.version as number,
      doubtful: false,
    });
  }
  for (const { id, status, version } of agents) {
    const last = known.get(id);
    if (last === undefined || last.doubtful || (last.status === status && last.version === version)) continue;
    problems.push(
      `${id} is ${status} version ${version} in storage; the last change stored was ${last.status} version ${last.version}`,
    );
  }
  if (changes === 0) return undecided('no change of an agent was stored');
  if (problems.length === 0) return holds(`${changes} stored changes, each legal`);
  return broken(`${problems.length} of ${changes} stored changes are not legal`, problems);
};

/** Every agent whose spawn was acknowledged has ended, or is alive and owned; none is left between two states. */
export const noStranded: Check = ({ spawned, agents, control }) => {
  if (spawned.size === 0 && agents.length === 0) return undecided('no agent was spawned');
  const stored = new Map(agents.map((agent) => [agent.id, agent]));
  const removed = new Set(control.filter(({ operation }) => operation === 'remove').map(({ id }) => id));
  const problems: string[] = [];
  for (const id of spawned) {
    if (!stored.has(id) && !removed.has(id)) problems.push(`${id} was spawned and is not in storage`);
  }
  for (const { id, status, owner } of agents) {
    if (isTerminal(status)) continue;
    if (status === 'spawning' || status === 'retrying') problems.push(`${id} was left ${status}`);
    else if (owner === null) problems.push(`${id} is ${status} and nobody owns it`);
  }
  if (problems.length === 0) return holds(`${spawned.size} agents spawned, none stranded`);
  return broken(`${problems.length} agents stranded`, problems);
};

/** One agent id, one spawn: it is inserted once and announced once. */
export const uniqueSpawn: Check = ({ spawned, starts, control }) => {
  if (spawned.size === 0) return undecided('no agent was spawned');
  const inserts = new Map<string, number>();
  for (const { operation, outcome, id } of control) {
    if (operation === 'insert' && outcome === 'done') inserts.set(id, (inserts.get(id) ?? 0) + 1);
  }
  const problems: string[] = [];
  for (const id of spawned) {
    const announced = starts.get(id)?.size ?? 0;
    const inserted = inserts.get(id) ?? 0;
    if (announced > 1) problems.push(`${id} was started ${announced} times`);
    if (inserted > 1) problems.push(`${id} was inserted ${inserted} times`);
  }
  if (problems.length === 0) return holds(`${spawned.size} agents, each started once`);
  return broken(`${problems.length} agents were not started exactly once`, problems);
};
