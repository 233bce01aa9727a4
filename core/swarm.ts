import type { Json } from './message.ts';

export const swarmStatuses = [
  'creating',
  'active',
  'scaling',
  'paused',
  'completed',
  'failed',
  'destroyed',
] as const;
export type SwarmStatus = (typeof swarmStatuses)[number];

export const swarmStrategies = ['parallel', 'map-reduce', 'pipeline', 'tree'] as const;
export type SwarmStrategy = (typeof swarmStrategies)[number];

/** A swarm as stored. Immutable, versioned as agents are. Its members are the agents whose `swarmId` names it. */
export interface Swarm {
  readonly id: string;
  readonly status: SwarmStatus;
  readonly version: number;
  readonly strategy: SwarmStrategy;
  /** How many agents it is meant to have. */
  readonly size: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly task: Json;
  readonly result: Json;
}

export const swarmTransitions: { readonly [from in SwarmStatus]: readonly SwarmStatus[] } = {
  creating: ['active', 'failed', 'destroyed'],
  active: ['scaling', 'paused', 'completed', 'failed', 'destroyed'],
  scaling: ['active', 'failed', 'destroyed'],
  paused: ['active', 'failed', 'destroyed'],
  completed: ['destroyed'],
  failed: ['destroyed'],
  destroyed: [],
};
