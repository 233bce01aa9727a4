import { TestbedError } from '../error.ts';
import type { Records } from '../lifecycle/records.ts';
import type { SwarmFilter } from '../storage.ts';
import type { Swarm } from '../swarm.ts';

export type SwarmRecords = Records<Swarm, SwarmFilter>;

/** As stored; rejects with NOT_FOUND. */
export async function findSwarm(swarms: SwarmRecords, id: string): Promise<Swarm> {
  const swarm = await swarms.get(id);
  if (swarm === undefined) throw new TestbedError('NOT_FOUND', `no swarm ${id}`);
  return swarm;
}

/**
 * Rejects with NOT_FOUND or ILLEGAL_TRANSITION unless each of these can take new agents. `known`: what this node last
 * saw of a swarm is good enough, if that is favourable.
 */
export async function ensureOpen(
  swarms: SwarmRecords,
  ids: ReadonlySet<string>,
  as: 'known' | 'stored',
): Promise<void> {
  for (const id of ids) {
    const known = as === 'known' ? swarms.cached(id) : undefined;
    if (known !== undefined && isOpen(known)) continue;
    const swarm = await findSwarm(swarms, id);
    if (!isOpen(swarm))
      throw new TestbedError('ILLEGAL_TRANSITION', `swarm ${id} is ${swarm.status}: it takes no agents`);
  }
}

function isOpen({ status }: Swarm): boolean {
  return status === 'active' || status === 'scaling';
}
