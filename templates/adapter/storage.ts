/** A storage in memory, small and whole: a Map, searched from end to end. Replace what is inside. */
import {
  behind,
  checkDurability,
  checkNew,
  cursorOf,
  Door,
  duplicate,
  readOptions,
  type StorageAdapter,
} from 'testbed/adapters';
import type { Agent, Message, Page, PageRequest, Swarm } from 'testbed/core';

export const storage: StorageAdapter = {
  name: '__NAME__',
  traits: { durability: ['none'], crossProcess: false, maxPayloadBytes: 0x1fff_ffe8 },
  async open(place) {
    checkDurability(storage, place);
    readOptions('__NAME__ storage', {}, place.options);
    const door = new Door('the storage __NAME__');
    return {
      port: {
        agents: behind(door, createRepository<Agent>()),
        swarms: behind(door, createRepository<Swarm>()),
        events: behind(door, createEvents()),
      },
      facts: {},
      close: () => door.shut(),
    };
  },
};

/** An item and where it came in: pages go by that, so that one that stays is shown exactly once. */
interface Row<Item> {
  readonly place: number;
  item: Item;
}

function createRepository<Item extends { readonly id: string; readonly version: number }>() {
  const rows = new Map<string, Row<Item>>();
  let lastPlace = 0;
  return {
    insert(items: readonly Item[]): void {
      checkNew(items);
      const ids = new Set<string>();
      for (const { id } of items) {
        if (rows.has(id) || ids.has(id)) throw duplicate(id);
        ids.add(id);
      }
      for (const item of items) rows.set(item.id, { place: ++lastPlace, item });
    },
    get: (id: string): Item | undefined => rows.get(id)?.item,
    update(items: readonly Item[]): readonly string[] {
      return items.flatMap((item) => {
        const row = rows.get(item.id);
        if (row === undefined || row.item.version !== item.version - 1) return [item.id];
        row.item = item;
        return [];
      });
    },
    find: (filter: Partial<Item>, page: PageRequest): Page<Item> => pageOf(rows.values(), filter, page),
    count(filter: Partial<Item>): number {
      return [...rows.values()].filter(({ item }) => matches(item, filter)).length;
    },
    remove: (ids: readonly string[]): number => ids.filter((id) => rows.delete(id)).length,
  };
}

function createEvents() {
  let rows: Row<Message>[] = [];
  let lastPlace = 0;
  return {
    append(events: readonly Message[]): void {
      for (const item of events) rows.push({ place: ++lastPlace, item });
    },
    read: (filter: Partial<Message>, page: PageRequest): Page<Message> => pageOf(rows, filter, page),
    count: (): number => rows.length,
    prune(keep: number): number {
      const excess = Math.max(0, rows.length - Math.max(0, keep));
      rows = rows.slice(excess);
      return excess;
    },
  };
}

function pageOf<Item extends object>(
  rows: Iterable<Row<Item>>,
  filter: Partial<Item>,
  page: PageRequest,
): Page<Item> {
  const after = cursorOf(page, 0);
  const found: Row<Item>[] = [];
  for (const row of rows) {
    if (row.place <= after || !matches(row.item, filter)) continue;
    if (found.length === page.limit) return { items: itemsOf(found), next: String(found.at(-1)?.place) };
    found.push(row);
  }
  return { items: itemsOf(found) };
}

function itemsOf<Item>(rows: readonly Row<Item>[]): readonly Item[] {
  return rows.map(({ item }) => item);
}

function matches<Item extends object>(item: Item, filter: Partial<Item>): boolean {
  return Object.entries(filter).every(
    ([name, value]) => value === undefined || item[name as keyof Item] === value,
  );
}
