import { type Agent, agentStatuses } from '../../core/agent.ts';
import type { Random } from '../../core/random.ts';
import type { AgentFilter } from '../../core/storage.ts';
import type { AgentsRead } from '../sut.ts';

const pageLimit = 1000;
/** Look-ups tried of each index; a seeded sample where there are more values. */
const lookupsPerIndex = 50;
const shown = 10;

export interface FinalState {
  readonly agents: readonly Agent[];
  readonly indexDifferences: readonly string[];
  readonly indexLookups: number;
}

/** Reads the final state straight from storage, by a full scan and by its indexes, and holds them against each other. */
export async function collectFinalState(repository: AgentsRead, random: Random): Promise<FinalState> {
  const agents = await listAll(repository, {});
  const differences: string[] = [];
  let lookups = 0;
  for (const filter of sampleFilters(agents, random)) {
    lookups++;
    const found = await listAll(repository, filter);
    const problem = compare(filter, agents, found, await repository.count(filter));
    if (problem !== null) differences.push(problem);
  }
  return { agents, indexDifferences: differences, indexLookups: agents.length === 0 ? 0 : lookups };
}

async function listAll(repository: AgentsRead, filter: AgentFilter): Promise<Agent[]> {
  const items: Agent[] = [];
  let after: string | undefined;
  do {
    const page = await repository.find(filter, {
      limit: pageLimit,
      ...(after === undefined ? {} : { after }),
    });
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return items;
}

function sampleFilters(agents: readonly Agent[], random: Random): AgentFilter[] {
  const sample = (values: Iterable<string | null>): string[] => {
    const distinct = [...new Set(values)].filter((value) => value !== null).sort();
    if (distinct.length <= lookupsPerIndex) return distinct;
    return Array.from({ length: lookupsPerIndex }, () => random.pick(distinct));
  };
  return [
    ...agentStatuses.map((status) => ({ status })),
    ...sample(agents.map(({ swarmId }) => swarmId)).map((swarmId) => ({ swarmId })),
    ...sample(agents.map(({ parentId }) => parentId)).map((parentId) => ({ parentId })),
    ...sample(agents.map(({ owner }) => owner)).map((owner) => ({ owner })),
  ];
}

function compare(
  filter: AgentFilter,
  all: readonly Agent[],
  found: readonly Agent[],
  count: number,
): string | null {
  const [key, value] = Object.entries(filter)[0] as [keyof AgentFilter, string];
  const expected = new Set(all.filter((agent) => agent[key] === value).map(({ id }) => id));
  const given = new Set(found.map(({ id }) => id));
  const name = `${key} ${value}`;
  if (given.size !== found.length) return `${name}: the same agent was listed twice`;
  const missing = [...expected].filter((id) => !given.has(id));
  const extra = [...given].filter((id) => !expected.has(id));
  if (missing.length > 0) return `${name}: the index lacks ${missing.slice(0, shown).join(', ')}`;
  if (extra.length > 0)
    return `${name}: the index has ${extra.slice(0, shown).join(', ')}, the scan does not`;
  return count === expected.size ? null : `${name}: counted ${count}, the scan has ${expected.size}`;
}
