import { isTestbedError } from '../../core/error.ts';
import type { Token } from '../../core/nodes/life.ts';
import type { Page, PageRequest } from '../../core/storage.ts';
import { checkNew, cursorOf, duplicate, fenced } from '../requests.ts';
import { arrayOf } from './arrays.ts';
import type { Row, Value } from './call.ts';
import { isServerError } from './errors.ts';
import { Gathering } from './gathering.ts';
import type { Lent, Pool } from './pool.ts';
import { recordStatements } from './record-sql.ts';
import type { Schema } from './schema.ts';
import type { RecordTable } from './storage-tables.ts';

/** Requests of one turn that share a statement. */
const gatherLimit = 200;

interface Fenced {
  readonly token: Token | undefined;
}

interface Inserted<Item> extends Fenced {
  readonly items: readonly Item[];
}

interface Updated<Item> extends Fenced {
  readonly item: Item;
}

/** A repository of versioned records in one table: the contract of core/storage.ts. */
export function createRepository<Item extends { readonly id: string; readonly version: number }, Filter>(
  pool: Pool,
  schema: Schema,
  table: RecordTable<Item, Filter>,
) {
  const { columns, filters, read } = table;
  const sql = recordStatements(table, schema);
  const one = (item: Item): Value[] => columns.map(({ write }) => textOf(write(item)));
  const many = (items: readonly Item[]): Value[] =>
    columns.map(({ type, write }) => arrayOf(type, items.map(write)));

  const inserts = new Gathering<Inserted<Item>, true>(pool, {
    limit: gatherLimit,
    async alone(lent, { items, token }) {
      await write(lent, 'insert', many(items), token).catch((error) => {
        throw isTestbedError(error, 'DUPLICATE') ? duplicate(idIn(error.cause)) : error;
      });
      return true;
    },
    async together(lent, requests) {
      const token = tokenOfAll(requests);
      if (token === 'several') return requests.map(() => undefined);
      await write(lent, 'insert', many(requests.flatMap(({ items }) => items)), token);
      return requests.map(() => true);
    },
  });

  const gets = new Gathering<string, { readonly item: Item | undefined }>(pool, {
    limit: gatherLimit,
    async alone(lent, id) {
      const { rows } = await lent.run(sql.get, [id]);
      return { item: rows.map(read)[0] };
    },
    async together(lent, ids) {
      const { rows } = await lent.run(sql.getMany, [arrayOf('text', ids)]);
      const found = new Map(rows.map(read).map((item) => [item.id, item]));
      return ids.map((id) => ({ item: found.get(id) }));
    },
  });

  const updates = new Gathering<Updated<Item>, boolean>(pool, {
    limit: gatherLimit,
    async alone(lent, { item, token }) {
      return (await write(lent, 'update', one(item), token)).count === 1;
    },
    async together(lent, requests) {
      const token = tokenOfAll(requests);
      if (token === 'several') return requests.map(() => undefined);
      const items = requests.map(({ item }) => item);
      // Of two changes of one record only the first; and what was not stored may only have been locked: alone, it waits.
      const first = firstOfEachId(items);
      const stored = new Set((await write(lent, 'updateFree', many(first), token)).ids);
      const distinct = new Set(first);
      return items.map((item) => (distinct.has(item) && stored.has(item.id) ? true : undefined));
    },
  });

  /** How many rows were written, and the ids of those, but for an update of one; FENCED when the life of the token does not stand. */
  async function write(
    lent: Lent,
    role: keyof typeof sql.fenced,
    values: readonly Value[],
    token: Token | undefined,
  ): Promise<{ readonly count: number; readonly ids: readonly string[] }> {
    if (token === undefined) {
      const { count, rows } = await lent.run(sql[role], values);
      return { count, ids: rows.map(([id]) => id as string) };
    }
    const { rows } = await lent.run(sql.fenced[role], [...values, String(token)]);
    if (rows[0]?.[0] === null) throw fenced(token);
    const ids = rows.flatMap(([, id]) => id ?? []);
    return { count: ids.length, ids };
  }

  async function updateMany(
    lent: Lent,
    items: readonly Item[],
    token: Token | undefined,
  ): Promise<ReadonlySet<Item>> {
    const stored = new Set<Item>();
    for (let rest = items; rest.length > 0; ) {
      // Everybody locks in the order of ids, as far as the server's plan follows ours: deadlocks are then rare.
      const round = firstOfEachId(rest).sort((a, b) => (a.id < b.id ? -1 : 1));
      const ids = new Set((await write(lent, 'updateMany', many(round), token)).ids);
      for (const item of round) if (ids.has(item.id)) stored.add(item);
      const done = new Set(round);
      rest = rest.filter((item) => !done.has(item));
    }
    return stored;
  }

  return {
    async insert(items: readonly Item[], token?: Token): Promise<void> {
      checkNew(items);
      if (items.length > 0) await inserts.serve({ items, token });
    },

    async get(id: string): Promise<Item | undefined> {
      return (await gets.serve(id)).item;
    },

    async update(items: readonly Item[], token?: Token): Promise<readonly string[]> {
      const [first] = items;
      if (first === undefined) return [];
      if (items.length === 1) return (await updates.serve({ item: first, token })) ? [] : [first.id];
      const lent = await pool.lend();
      try {
        const stored = await updateMany(lent, items, token);
        return items.filter((item) => !stored.has(item)).map(({ id }) => id);
      } finally {
        lent.done();
      }
    },

    async find(filter: Filter, page: PageRequest): Promise<Page<Item>> {
      const after = cursorOf(page, 0);
      const [conditions, values] = conditionsOf(filter, filters);
      const { rows } = await pool.run(sql.find(conditions), [
        ...values,
        String(after),
        String(page.limit + 1),
      ]);
      return pageOf(rows, page.limit, (row) => read(row.slice(1)));
    },

    async count(filter: Filter): Promise<number> {
      const [conditions, values] = conditionsOf(filter, filters);
      const { rows } = await pool.run(sql.count(conditions), values);
      return Number(rows[0]?.[0]);
    },

    async remove(ids: readonly string[]): Promise<number> {
      if (ids.length === 0) return 0;
      return (await pool.run(sql.remove, [arrayOf('text', ids)])).count;
    },
  };
}

/** One statement carries one token. */
function tokenOfAll(requests: readonly Fenced[]): Token | undefined | 'several' {
  const token = requests[0]?.token;
  return requests.every((request) => request.token === token) ? token : 'several';
}

/** A page from rows that begin with their `seq`, of which one more than the limit was asked for. */
export function pageOf<Item>(rows: readonly Row[], limit: number, read: (row: Row) => Item): Page<Item> {
  const items = rows.slice(0, limit).map(read);
  return rows.length > limit ? { items, next: rows[limit - 1]?.[0] as string } : { items };
}

function conditionsOf<Filter>(
  filter: Filter,
  filters: { readonly [Name in keyof Filter]-?: string },
): readonly [columns: string[], values: string[]] {
  const names = (Object.keys(filters) as (keyof Filter)[]).filter((name) => filter[name] !== undefined);
  return [names.map((name) => filters[name]), names.map((name) => filter[name] as string)];
}

function textOf(value: string | number | null): string | null {
  return typeof value === 'number' ? String(value) : value;
}

function firstOfEachId<Item extends { readonly id: string }>(items: readonly Item[]): Item[] {
  const seen = new Set<string>();
  return items.filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** The server names it in a detail: `Key (id)=(agent-1) already exists.` */
function idIn(error: unknown): string {
  const detail = isServerError(error) ? (error.detail ?? '') : '';
  return /^Key \(id\)=\((.*)\) already exists\.$/s.exec(detail)?.[1] ?? 'one of the ids';
}
