import { type Agent, isTerminal } from '../agent.ts';
import type { AgentRecords } from '../lifecycle/agent-records.ts';
import type { Spawner, SpawnRequest } from '../lifecycle/spawner.ts';
import type { Swarm } from '../swarm.ts';
import { parentOf } from './strategy.ts';

/** Who belongs to a swarm, and spawning who is missing. */
export class Muster {
  readonly #agents: AgentRecords;
  readonly #spawner: Spawner;

  constructor(agents: AgentRecords, spawner: Spawner) {
    this.#agents = agents;
    this.#spawner = spawner;
  }

  /** Its agents that have not ended, in the order they were spawned. */
  async living(swarmId: string): Promise<readonly Agent[]> {
    const living: Agent[] = [];
    for await (const page of this.#agents.pages({ swarmId }))
      for (const agent of page) if (!isTerminal(agent.status)) living.push(agent);
    return living.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  /** `size` living members, new ones spawned where there are fewer; in a tree they are each other's parents. */
  async fill(swarm: Swarm, size: number, branching: number): Promise<readonly Agent[]> {
    const living = (await this.living(swarm.id)).slice(0, size);
    const ids = living.map(({ id }) => id);
    const requests: SpawnRequest[] = [];
    while (ids.length < size) {
      const parent = swarm.strategy === 'tree' ? parentOf(ids.length, branching) : null;
      const parentId = parent === null ? null : (ids[parent] as string);
      const id = this.#spawner.newId();
      requests.push({ id, swarmId: swarm.id, parentId, task: swarm.task });
      ids.push(id);
    }
    return requests.length === 0 ? living : [...living, ...(await this.#spawner.spawn(requests))];
  }
}
