/**
 * Our orchestrator without fencing: what it writes is stored, whether its lease holds or not, and whoever owns an agent by then, it
 * takes it for its own. Its healthy twin is `fenced`.
 */
import { assemble } from '../../bin/assemble.ts';
import type { CreateSystem } from '../../scenarios/system.ts';
import { decorateAgents } from './decorate.ts';

export const system: CreateSystem = ({ storage, ...parts }) => {
  let self: string | null = null;
  return assemble({
    ...parts,
    storage: decorateAgents(storage, (agents) => ({
      insert(items) {
        self = items[0]?.owner ?? self;
        return agents.insert(items);
      },
      update: (items) => agents.update(items),
      async get(id) {
        const agent = await agents.get(id);
        return agent && { ...agent, owner: agent.owner && (self ?? agent.owner) };
      },
    })),
  });
};
