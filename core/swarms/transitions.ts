import { TestbedError } from '../error.ts';
import type { Decide } from '../lifecycle/records.ts';
import { type Swarm, type SwarmStatus, swarmTransitions } from '../swarm.ts';

/** The change that brings a swarm to a status. Throws ILLEGAL_TRANSITION where the table has none. */
export function to(status: SwarmStatus, also: Partial<Swarm> = {}): Decide<Swarm> {
  const change = { ...also, status };
  return (swarm) => {
    if (swarmTransitions[swarm.status].includes(status)) return change;
    throw new TestbedError(
      'ILLEGAL_TRANSITION',
      `swarm ${swarm.id} is ${swarm.status}: it cannot become ${status}`,
    );
  };
}

/** The same, but a swarm for which it is not legal is left alone. */
export function toIfLegal(status: SwarmStatus, also: Partial<Swarm> = {}): Decide<Swarm> {
  const change = { ...also, status };
  return (swarm) => (swarmTransitions[swarm.status].includes(status) ? change : null);
}
