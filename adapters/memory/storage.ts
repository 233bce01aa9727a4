import type { Agent } from '../../core/agent.ts';
import type { AgentFilter, PageRequest, SwarmFilter } from '../../core/storage.ts';
import type { Swarm } from '../../core/swarm.ts';
import type { StorageAdapter } from '../adapter.ts';
import { behind, Door } from '../door.ts';
import { checkDurability, readOptions } from '../options.ts';
import { Changes } from './changes.ts';
import { createEvents } from './events.ts';
import { createNodes } from './nodes.ts';
import { createRepository } from './repository.ts';

const agentFields = ['status', 'swarmId', 'parentId', 'owner'] as const;

/** Storage inside one process. What is stored is the object itself; it is gone with the process. */
export const memoryStorage: StorageAdapter = {
  name: 'memory',
  traits: {
    durability: ['none'],
    crossProcess: false,
    // The longest string that V8 makes; nothing is encoded here.
    maxPayloadBytes: 0x1fff_ffe8,
    changes: true,
    nodes: true,
  },
  async open(place) {
    checkDurability(memoryStorage, place);
    readOptions('memory storage', {}, place.options);
    const door = new Door('the memory storage');
    const changes = new Changes();
    const { ensureStands, ...nodes } = createNodes();
    const { ids, ...agents } = createRepository<Agent, keyof AgentFilter>(
      agentFields,
      ensureStands,
      (id, isRemoval) => changes.note(id, isRemoval),
    );
    return {
      port: {
        agents: behind(door, agents),
        swarms: behind(door, createRepository<Swarm, keyof SwarmFilter>(['status'], ensureStands)),
        events: behind(door, createEvents()),
        changes: behind(door, {
          since: (page: PageRequest) => changes.since(page, ids, (id) => agents.get(id) as Agent),
        }),
        nodes: behind(door, nodes),
      },
      facts: {
        batching: 'none: each call for itself',
        acknowledgement: 'the table in this process holds it',
      },
      close: () => door.shut(),
    };
  },
};
