import type { Agent } from '../../../core/agent.ts';
import type { Storage } from '../../../core/storage.ts';
import type { Swarm } from '../../../core/swarm.ts';
import type { Link } from '../link.ts';
import { createChanges } from './changes.ts';
import * as eventScripts from './event-scripts.ts';
import { createEvents } from './events.ts';
import { eventNames, recordNames } from './names.ts';
import * as recordScripts from './record-scripts.ts';
import { createRecords } from './records.ts';

export const storeScripts = [...Object.values(recordScripts), ...Object.values(eventScripts)];

/** The storage on an open connection. */
export function createStore(link: Link, namespace: string): Required<Storage> {
  const agents = recordNames(namespace, 'agents');
  return {
    agents: createRecords<Agent, 'status' | 'swarmId' | 'parentId' | 'owner'>(link, agents, [
      'status',
      'swarmId',
      'parentId',
      'owner',
    ]),
    swarms: createRecords<Swarm, 'status'>(link, recordNames(namespace, 'swarms'), ['status']),
    events: createEvents(link, eventNames(namespace)),
    changes: createChanges(link, agents),
  };
}
