import type { Operation } from '../operation.ts';
import { agentOperations } from './agents.ts';
import { eventOperations, messageOperations } from './events.ts';
import { swarmOperations } from './swarms.ts';

/** Everything that can be asked of an orchestrator from outside. */
export const operations: readonly Operation[] = [
  ...agentOperations,
  ...swarmOperations,
  ...eventOperations,
  ...messageOperations,
];
