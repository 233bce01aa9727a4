import type { Agent } from '../../../core/agent.ts';
import type { Storage } from '../../../core/storage.ts';
import type { Swarm } from '../../../core/swarm.ts';
import type { Link } from '../link.ts';
import * as eventScripts from './event-scripts.ts';
import { createEvents } from './events.ts';
import { eventNames, recordNames } from './names.ts';
import * as recordScripts from './record-scripts.ts';
import { createRecords } from './records.ts';

export const storeScripts = [...Object.values(recordScripts), ...Object.values(eventScripts)];

/** The storage on an open connection. */
export function createStore(link: Link, namespace: string): Storage {
  return {
    agents: createRecords<Agent, 'status' | 'swarmId' | 'parentId' | 'owner'>(
      link,
      recordNames(namespace, 'agents'),
      ['status', 'swarmId', 'parentId', 'owner'],
    ),
    swarms: createRecords<Swarm, 'status'>(link, recordNames(namespace, 'swarms'), ['status']),
    events: createEvents(link, eventNames(namespace)),
  };
}
