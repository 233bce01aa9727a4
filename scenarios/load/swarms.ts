import type { Random } from '../../core/random.ts';
import type { Workload } from '../scenario.ts';
import type { SystemUnderTest } from '../sut.ts';

/** Agents that are spawned together: a swarm, or one agent that belongs to none. */
export interface Group {
  readonly swarmId: string | null;
  readonly places: readonly { readonly slot: number; readonly parentSlot: number | null }[];
}

/** Divides the slots of a population into swarms as the workload asks, and creates these in the system under test. */
export async function formSwarms(
  sut: SystemUnderTest,
  { agents, swarms, branching }: Workload,
  prefix: string,
  random: Random,
): Promise<readonly Group[]> {
  const groups: Group[] = [];
  for (let first = 0; first < agents; ) {
    const wanted = swarms === null ? 1 : random.integer(swarms.min, swarms.max);
    const size = Math.min(wanted, agents - first);
    const strategy = swarms === null ? null : random.pick(swarms.strategies);
    const start = first;
    const places = Array.from({ length: size }, (_, place) => ({
      slot: start + place,
      parentSlot: branching && place > 0 ? start + random.integer(0, place - 1) : null,
    }));
    const swarmId =
      strategy === null || sut.createSwarm === undefined
        ? null
        : await sut.createSwarm({ id: `${prefix}-swarm-${groups.length + 1}`, strategy, size });
    groups.push({ swarmId, places });
    first += size;
  }
  return groups;
}
