import { type Agent, agentStatuses } from '../../../core/agent.ts';
import type { Message } from '../../../core/message.ts';
import type { Random } from '../../../core/random.ts';
import type { Cursor, Page, Storage } from '../../../core/storage.ts';
import { type Swarm, swarmStatuses } from '../../../core/swarm.ts';
import type { StorageTraits } from '../../adapter.ts';
import type { ConformanceContext, ConformanceTest } from '../suite.ts';

export type StorageContext = ConformanceContext<Storage, StorageTraits>;
export type StorageTest = ConformanceTest<Storage, StorageTraits>;

export function agent(id: string, changes: Partial<Agent> = {}): Agent {
  return {
    id,
    status: 'spawning',
    version: 1,
    swarmId: null,
    parentId: null,
    owner: null,
    attempt: 0,
    createdAt: 1_700_000_000_000.125,
    updatedAt: 1_700_000_000_000.25,
    task: 'a task',
    session: null,
    result: null,
    error: null,
    ...changes,
  };
}

export function agents(count: number, changes: Partial<Agent> = {}): Agent[] {
  return Array.from({ length: count }, (_, index) => agent(`agent-${index + 1}`, changes));
}

/** The agent's next version. */
export function next(before: Agent, changes: Partial<Agent> = {}): Agent {
  return { ...before, updatedAt: before.updatedAt + 1, ...changes, version: before.version + 1 };
}

export function swarm(id: string, changes: Partial<Swarm> = {}): Swarm {
  return {
    id,
    status: 'creating',
    version: 1,
    strategy: 'parallel',
    size: 3,
    createdAt: 1_700_000_000_000.125,
    updatedAt: 1_700_000_000_000.25,
    task: { goal: 'a goal' },
    result: null,
    ...changes,
  };
}

/** An agent with every field drawn by chance, from few values, so that look-ups find several. */
export function randomAgent(id: string, random: Random): Agent {
  const oneOf = (name: string): string | null =>
    random.next() < 0.3 ? null : `${name}-${random.integer(1, 4)}`;
  return agent(id, {
    status: random.pick(agentStatuses),
    swarmId: oneOf('swarm'),
    parentId: oneOf('parent'),
    owner: oneOf('owner'),
  });
}

export function randomSwarm(id: string, random: Random): Swarm {
  return swarm(id, { status: random.pick(swarmStatuses) });
}

export function event(key: string, sequence: number): Message {
  return {
    key,
    type: 'text_delta',
    swarmId: 'swarm',
    producer: 1,
    sequence,
    at: 1_700_000_000_000.125 + sequence,
    sentAt: 1_700_000_000_000.375 + sequence,
    data: `${key}:${sequence}`,
  };
}

export function events(count: number, first = 1): Message[] {
  return Array.from({ length: count }, (_, index) => event(`key-${(first + index) % 3}`, first + index));
}

const mostPages = 5_000;

/** All items of a listing, page by page; `between` runs after each page but the last. */
export async function listAll<Item>(
  page: (request: { readonly limit: number; readonly after?: Cursor }) => Promise<Page<Item>>,
  limit: number,
  between?: () => Promise<unknown>,
): Promise<Item[]> {
  const items: Item[] = [];
  let after: Cursor | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    const { items: some, next: cursor } = await page(after === undefined ? { limit } : { limit, after });
    if (some.length > limit)
      throw new Error(`a page of ${some.length} where at most ${limit} were asked for`);
    items.push(...some);
    if (cursor === undefined) return items;
    if (some.length === 0) throw new Error('an empty page that is not the last');
    after = cursor;
    await between?.();
  }
  throw new Error(`a listing that has not ended after ${mostPages} pages`);
}

export function ids(items: readonly { readonly id: string }[]): string[] {
  return items.map(({ id }) => id);
}
