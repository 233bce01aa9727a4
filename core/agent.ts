import type { Json } from './message.ts';

export const agentStatuses = [
  'spawning',
  'running',
  'paused',
  'retrying',
  'completed',
  'failed',
  'killed',
] as const;

export type AgentStatus = (typeof agentStatuses)[number];

/** An agent as stored. Immutable: a change is a new object with `version` one higher. */
export interface Agent {
  readonly id: string;
  readonly status: AgentStatus;
  /** 1 when inserted, then one more with every stored change: what compare-and-set compares. */
  readonly version: number;
  readonly swarmId: string | null;
  readonly parentId: string | null;
  /** The node that runs it, or null when nobody does. */
  readonly owner: string | null;
  /** How often it was started again after a failure. */
  readonly attempt: number;
  /** Clock milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** What it was asked to do. */
  readonly task: Json;
  /** What it knows so far; survives pause, resume and restart. */
  readonly session: Json;
  /** What it produced, once completed. */
  readonly result: Json;
  /** Why it failed or is being retried, else null. */
  readonly error: string | null;
}

/** Which transition is legal. Terminal is terminal. */
export const agentTransitions: { readonly [from in AgentStatus]: readonly AgentStatus[] } = {
  spawning: ['running', 'failed', 'killed'],
  running: ['paused', 'retrying', 'completed', 'failed', 'killed'],
  paused: ['running', 'failed', 'killed'],
  retrying: ['running', 'failed', 'killed'],
  completed: [],
  failed: [],
  killed: [],
};

export function isLegalTransition(from: AgentStatus, to: AgentStatus): boolean {
  return agentTransitions[from].includes(to);
}

export function isTerminal(status: AgentStatus): boolean {
  return agentTransitions[status].length === 0;
}
