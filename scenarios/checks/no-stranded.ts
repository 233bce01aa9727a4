import { isTerminal } from '../../core/agent.ts';
import { broken, type Check, holds, undecided } from './check.ts';

/** Every agent whose spawn was acknowledged has ended, or is alive and owned; none is left between two states. */
export const noStranded: Check = ({ spawned, agents, control }) => {
  if (spawned.size === 0 && agents.length === 0) return undecided('no agent was spawned');
  const stored = new Set(agents.map(({ id }) => id));
  const removed = new Set(
    control
      .filter(({ operation, outcome }) => operation === 'remove' && outcome !== 'refused')
      .map(({ id }) => id),
  );
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
