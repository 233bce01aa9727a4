import { type Agent, type AgentStatus, isLegalTransition, isTerminal } from '../agent.ts';
import { TestbedError } from '../error.ts';
import type { Decide } from './records.ts';

/** The change that brings an agent to a status. Throws ILLEGAL_TRANSITION where the state table has none. */
export function to(status: AgentStatus, also: Partial<Agent> = {}): Decide<Agent> {
  const change = changeTo(status, also);
  return (agent) => {
    if (isLegalTransition(agent.status, status)) return change;
    throw new TestbedError(
      'ILLEGAL_TRANSITION',
      `agent ${agent.id} is ${agent.status}: it cannot become ${status}`,
    );
  };
}

/** The same, but an agent for which it is not legal is left alone. */
export function toIfLegal(status: AgentStatus, also: Partial<Agent> = {}): Decide<Agent> {
  const change = changeTo(status, also);
  return (agent) => (isLegalTransition(agent.status, status) ? change : null);
}

/** Nobody runs what has ended. */
function changeTo(status: AgentStatus, also: Partial<Agent>): Partial<Agent> {
  return isTerminal(status) ? { ...also, status, owner: null } : { ...also, status };
}
