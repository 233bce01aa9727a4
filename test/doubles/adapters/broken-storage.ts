/** The memory storage, broken in one way each. Its healthy twin is the memory storage itself. */
import type { StorageAdapter } from '../../../adapters/adapter.ts';
import { memoryStorage } from '../../../adapters/memory/index.ts';
import type { Agent } from '../../../core/agent.ts';
import { TestbedError } from '../../../core/error.ts';
import type { Json } from '../../../core/message.ts';
import type {
  AgentFilter,
  AgentRepository,
  EventRepository,
  Page,
  PageRequest,
} from '../../../core/storage.ts';
import {
  closesOnlyOnce,
  takesAnyDurability,
  takesAnyOption,
  withPort,
  withTraits,
  worksAfterClose,
} from './broken.ts';
import { brokenChanges } from './broken-changes.ts';
import { brokenNodes } from './broken-nodes.ts';

const changingAgents = (change: (agents: AgentRepository) => Partial<AgentRepository>): StorageAdapter =>
  withPort(memoryStorage, (storage) => ({
    ...storage,
    agents: { ...storage.agents, ...change(storage.agents) },
  }));

const changingEvents = (change: (events: EventRepository) => Partial<EventRepository>): StorageAdapter =>
  withPort(memoryStorage, (storage) => ({
    ...storage,
    events: { ...storage.events, ...change(storage.events) },
  }));

const storing = (change: (agent: Agent) => Agent): StorageAdapter =>
  changingAgents((agents) => ({
    insert: (items) => agents.insert(items.map(change)),
    update: (items) => agents.update(items.map(change)),
  }));

const changingText = (change: (text: string) => string): StorageAdapter => {
  const changed = (value: Json): Json => (typeof value === 'string' ? change(value) : value);
  return withPort(memoryStorage, (storage) => ({
    ...storage,
    agents: {
      ...storage.agents,
      insert: (items) =>
        storage.agents.insert(items.map((item) => ({ ...item, session: changed(item.session) }))),
    },
    events: {
      ...storage.events,
      append: (events) =>
        storage.events.append(events.map((event) => ({ ...event, data: changed(event.data) }))),
    },
  }));
};

/** Concurrent inserts share their fate. */
const failsTogether: StorageAdapter = changingAgents((agents) => {
  let together: Promise<unknown>[] = [];
  return {
    async insert(items) {
      const mine = agents.insert(items);
      together.push(mine);
      await Promise.resolve();
      const all = together;
      await mine.catch(() => {});
      together = [];
      await Promise.all(all);
    },
  };
});

/** Looks, waits a turn, then writes: right as long as nobody else writes at the same time. */
const checksThenSets: StorageAdapter = changingAgents((agents) => ({
  async update(items) {
    const refused: string[] = [];
    for (const item of items) {
      const before = await agents.get(item.id);
      await new Promise((resolve) => setImmediate(resolve));
      if (before === undefined || before.version !== item.version - 1) refused.push(item.id);
      else await overwrite(agents, item);
    }
    return refused;
  },
}));

async function overwrite(agents: AgentRepository, item: Agent): Promise<void> {
  for (;;) {
    const now = await agents.get(item.id);
    if (now === undefined || now.version >= item.version) return;
    await agents.update([{ ...item, version: now.version + 1 }]);
  }
}

/** Look-ups by owner know what an agent was when it came. */
const staleIndex: StorageAdapter = changingAgents((agents) => {
  const first = new Map<string, string | null>();
  return {
    async insert(items) {
      await agents.insert(items);
      for (const { id, owner } of items) first.set(id, owner);
    },
    async find({ owner, ...filter }, page) {
      const found = await agents.find(filter, page);
      if (owner === undefined) return found;
      return { ...found, items: found.items.filter(({ id }) => first.get(id) === owner) };
    },
  };
});

/** A refused update has moved the agent in the look-up by status already. */
const indexesFirst: StorageAdapter = changingAgents((agents) => {
  const moved = new Map<string, Agent>();
  return {
    async update(items) {
      const refused = await agents.update(items);
      for (const item of items) if (refused.includes(item.id)) moved.set(item.id, item);
      return refused;
    },
    async find(filter, page) {
      const found = await agents.find(filter, page);
      if (filter.status === undefined) return found;
      return { ...found, items: found.items.filter(({ id }) => !moved.has(id)) };
    },
  };
});

/** Pages by counting from the start of the listing as it is now. */
function pageByCount<Item>(all: readonly Item[], { after = '0', limit }: PageRequest): Page<Item> {
  const from = Number(after);
  const items = all.slice(from, from + limit);
  return from + limit < all.length ? { items, next: String(from + limit) } : { items };
}

const everything = { limit: 10_000 } as const;

/** Pages by when an agent was last changed. */
const pagesByChange: StorageAdapter = changingAgents((agents) => {
  let changes = 0;
  const changedAt = new Map<string, number>();
  const note = (items: readonly Agent[]): void => {
    for (const { id } of items) changedAt.set(id, ++changes);
  };
  return {
    insert: (items) => agents.insert(items).then(() => note(items)),
    async update(items) {
      note(items);
      return agents.update(items);
    },
    async find(filter: AgentFilter, { after = '0', limit }) {
      const at = ({ id }: Agent): number => changedAt.get(id) ?? 0;
      const { items: all } = await agents.find(filter, everything);
      const rest = all.filter((item) => at(item) > Number(after)).sort((a, b) => at(a) - at(b));
      const items = rest.slice(0, limit);
      const last = items.at(-1);
      return last === undefined || rest.length <= limit ? { items } : { items, next: String(at(last)) };
    },
  };
});

const cachesByKey: StorageAdapter = changingEvents((events) => {
  const cache = new Map<string, Page<Awaited<ReturnType<EventRepository['read']>>['items'][number]>>();
  return {
    async read(filter, page) {
      const what = JSON.stringify([filter, page]);
      const known = cache.get(what) ?? (await events.read(filter, page));
      cache.set(what, known);
      return known;
    },
  };
});

/** Exported so that a second process finds it too. */
export const claimsTooMuch: StorageAdapter = withTraits(memoryStorage, {
  crossProcess: true,
  durability: ['none', 'process-crash'],
});

/** By name, each with the adapter broken that way. */
export const brokenStorages: { readonly [flaw: string]: () => StorageAdapter } = {
  'rounds times': () => storing((agent) => ({ ...agent, createdAt: Math.round(agent.createdAt) })),
  'changes odd text': () => changingText((text) => text.toWellFormed()),
  'cuts payloads at 1 MiB': () => changingText((text) => text.slice(0, 1024 * 1024)),
  'claims a limit it does not keep': () => withTraits(memoryStorage, { maxPayloadBytes: 1_000 }),
  'inserts one by one': () =>
    changingAgents((agents) => ({
      async insert(items) {
        for (const item of items) await agents.insert([item]);
      },
    })),
  'fails together': () => failsTogether,
  'takes any version': () =>
    changingAgents((agents) => ({
      insert: (items) => agents.insert(items.map((item) => ({ ...item, version: 1 }))),
    })),
  'keeps what is removed': () => changingAgents(() => ({ remove: async (ids) => ids.length })),
  'refuses an empty batch': () =>
    changingAgents((agents) => ({
      async insert(items) {
        if (items.length === 0) throw new TestbedError('INVALID_ARGUMENT', 'nothing to insert');
        await agents.insert(items);
      },
    })),
  'takes 1,000 at a time': () =>
    changingAgents((agents) => ({
      async insert(items) {
        await agents.insert(items.slice(0, 1_000));
      },
    })),
  'keeps links': () =>
    changingAgents((agents) => ({
      async update(items) {
        const before = await Promise.all(items.map(({ id }) => agents.get(id)));
        return agents.update(items.map((item, index) => ({ ...item, owner: before[index]?.owner ?? null })));
      },
    })),
  'lets the last write win': () =>
    changingAgents((agents) => ({
      async update(items) {
        for (const item of items) {
          const now = await agents.get(item.id);
          if (now !== undefined) await agents.update([{ ...item, version: now.version + 1 }]);
        }
        return [];
      },
    })),
  'updates all or nothing': () =>
    changingAgents((agents) => ({
      async update(items) {
        for (const item of items) {
          if ((await agents.get(item.id))?.version !== item.version - 1) return items.map(({ id }) => id);
        }
        return agents.update(items);
      },
    })),
  'updates an id once': () =>
    changingAgents((agents) => ({
      update: (items) => agents.update([...new Map(items.map((item) => [item.id, item])).values()]),
    })),
  'checks, then sets': () => checksThenSets,
  'has a stale index': () => staleIndex,
  'indexes before it stores': () => indexesFirst,
  'finds swarms of any status': () =>
    withPort(memoryStorage, (storage) => ({
      ...storage,
      swarms: { ...storage.swarms, find: (_filter, page) => storage.swarms.find({}, page) },
    })),
  'has an empty page at the end': () =>
    changingAgents((agents) => ({
      async find(filter, page) {
        const { items } = await agents.find(filter, everything);
        const found = pageByCount(items, page);
        return found.items.length === page.limit
          ? { items: found.items, next: String(Number(page.after ?? 0) + page.limit) }
          : found;
      },
    })),
  'pages by counting': () =>
    withPort(memoryStorage, (storage) => ({
      ...storage,
      agents: {
        ...storage.agents,
        find: async (filter, page) =>
          pageByCount((await storage.agents.find(filter, everything)).items, page),
      },
      events: {
        ...storage.events,
        read: async (filter, page) =>
          pageByCount((await storage.events.read(filter, everything)).items, page),
      },
    })),
  'pages by change': () => pagesByChange,
  'appends backwards': () =>
    changingEvents((events) => ({
      append: (items) => events.append([...items].reverse()),
    })),
  'reads a key once': () => cachesByKey,
  'loses one of seven events': () =>
    changingEvents((events) => ({
      append: (items) => events.append(items.filter(({ sequence }) => sequence % 7 !== 0)),
    })),
  'prunes more than it should': () =>
    changingEvents((events) => ({ prune: (keep) => events.prune(keep - 1) })),
  ...brokenChanges,
  ...brokenNodes,
  'works after close': () => worksAfterClose(memoryStorage),
  'closes only once': () => closesOnlyOnce(memoryStorage),
  'takes any option': () => takesAnyOption(memoryStorage),
  'takes any durability': () => takesAnyDurability(memoryStorage),
  'claims to outlive its process': () => claimsTooMuch,
};
