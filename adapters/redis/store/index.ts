import type { Agent } from '../../../core/agent.ts';
import type { Storage } from '../../../core/storage.ts';
import type { Swarm } from '../../../core/swarm.ts';
import type { Link } from '../link.ts';
import type { Script } from '../script.ts';
import { createChanges } from './changes.ts';
import * as eventScripts from './event-scripts.ts';
import { createEvents } from './events.ts';
import { eventNames, nodeNames, recordNames } from './names.ts';
import * as nodeScripts from './node-scripts.ts';
import { createNodes } from './nodes.ts';
import * as recordScripts from './record-scripts.ts';
import { createRecords } from './records.ts';

export const storeScripts = [recordScripts, eventScripts, nodeScripts].flatMap<Script>(Object.values);

const agentFields = ['status', 'swarmId', 'parentId', 'owner'] as const;

/** The storage on an open connection. */
export function createStore(link: Link, namespace: string): Required<Storage> {
  const agents = recordNames(namespace, 'agents');
  const nodes = nodeNames(namespace);
  return {
    agents: createRecords<Agent, (typeof agentFields)[number]>(link, agents, agentFields, nodes.standing),
    swarms: createRecords<Swarm, 'status'>(
      link,
      recordNames(namespace, 'swarms'),
      ['status'],
      nodes.standing,
    ),
    events: createEvents(link, eventNames(namespace)),
    changes: createChanges(link, agents),
    nodes: createNodes(link, nodes),
  };
}
