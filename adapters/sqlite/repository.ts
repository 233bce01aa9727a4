import type Database from 'better-sqlite3';
import type { Token } from '../../core/nodes/life.ts';
import type { Page, PageRequest } from '../../core/storage.ts';
import { checkNew, cursorOf, duplicate } from '../requests.ts';
import type { Store } from './database.ts';
import { nativeCode } from './errors.ts';
import { createInsert } from './insert.ts';
import { patiently } from './patience.ts';
import { createUpdate, toRow } from './update.ts';
import type { Writer } from './writer.ts';

/** How one kind of record lies in its table. Beside these columns each table has `seq`, `id` and `version`. */
export interface RecordTable<Item, Field extends string> {
  readonly name: string;
  readonly columns: readonly string[];
  /** Indexed columns that rarely change, after `columns`: an update that leaves them alone spares their indexes. */
  readonly steady: readonly string[];
  /** What can be asked for, and its column; the most selective first. */
  readonly filters: readonly (readonly [field: Field, column: string])[];
  /** The values of `columns` and then of `steady`. */
  encode(item: Item): readonly unknown[];
  /** An item from `[seq, id, version, ...columns, ...steady]`. */
  decode(row: readonly unknown[]): Item;
}

/** A repository of versioned records on a table: the contract of core/storage.ts. */
export function createRepository<
  Item extends { readonly id: string; readonly version: number },
  Field extends string,
>(
  store: Store,
  writer: Writer,
  table: RecordTable<Item, Field>,
  ensureStands: (token: Token | undefined) => void,
) {
  type Filter = { readonly [F in Field]?: unknown };
  const { db, file, clock, busyTimeoutMs } = store;
  const { name, columns, steady } = table;
  const all = [...columns, ...steady];
  const read = <T>(action: () => T): Promise<T> => patiently(clock, busyTimeoutMs, file, action);
  const queries = createQueries(db, table);

  const insertRows = createInsert(db, name, [...all, 'id', 'version']);
  const updateRows = createUpdate(db, table);
  const exists = db.prepare(`SELECT 1 FROM ${name} WHERE id = ?`).pluck();
  const removeRow = db.prepare(`DELETE FROM ${name} WHERE id = ?`);

  return {
    insert(items: readonly Item[], token?: Token): Promise<void> {
      checkNew(items);
      const values: unknown[] = [];
      for (const item of items) values.push(...table.encode(item), item.id, item.version);
      return writer.write(() => {
        ensureStands(token);
        try {
          insertRows(values);
        } catch (error) {
          if (nativeCode(error) !== 'SQLITE_CONSTRAINT_UNIQUE') throw error;
          throw duplicate(items.find(({ id }) => exists.get(id) !== undefined)?.id ?? 'one id twice');
        }
      });
    },

    get(id: string): Promise<Item | undefined> {
      return read(() => {
        const row = queries.byId.get(id) as readonly unknown[] | undefined;
        return row === undefined ? undefined : table.decode(row);
      });
    },

    update(items: readonly Item[], token?: Token): Promise<readonly string[]> {
      const rows = items.map((item) => toRow(item.id, item.version, table.encode(item)));
      return writer.write(() => {
        ensureStands(token);
        return updateRows(rows).map(({ id }) => id);
      });
    },

    find(filter: Filter, page: PageRequest): Promise<Page<Item>> {
      const after = cursorOf(page, 0);
      return read(() => {
        const { statement, values } = queries.find(filter);
        const rows = statement.all([...values, after, page.limit + 1]) as unknown[][];
        const items = rows.slice(0, page.limit).map((row) => table.decode(row));
        const last = rows[page.limit - 1];
        return rows.length > page.limit && last !== undefined ? { items, next: String(last[0]) } : { items };
      });
    },

    count(filter: Filter): Promise<number> {
      return read(() => {
        const { statement, values } = queries.count(filter);
        return statement.get(values) as number;
      });
    },

    remove(ids: readonly string[]): Promise<number> {
      return writer.write(() => ids.reduce((sum, id) => sum + removeRow.run(id).changes, 0));
    },
  };
}

/** The statements that read, one for each combination of filters, prepared when first needed. */
function createQueries<Item, Field extends string>(db: Database.Database, table: RecordTable<Item, Field>) {
  const selected = ['seq', 'id', 'version', ...table.columns, ...table.steady].join(', ');
  const prepared = new Map<string, Database.Statement>();

  const prepare = (sql: string, make: (statement: Database.Statement) => Database.Statement) => {
    let statement = prepared.get(sql);
    if (statement === undefined) {
      statement = make(db.prepare(sql));
      prepared.set(sql, statement);
    }
    return statement;
  };

  /** The plus keeps the planner to the index of the first, most selective condition, in the order of seq. */
  const where = (filter: { readonly [F in Field]?: unknown }) => {
    const named = table.filters.filter(([field]) => filter[field] !== undefined);
    return {
      conditions: named.map(([, column], index) => `${index === 0 ? '' : '+'}${column} = ?`),
      values: named.map(([field]) => filter[field]),
    };
  };

  return {
    byId: db.prepare(`SELECT ${selected} FROM ${table.name} WHERE id = ?`).raw(),
    find(filter: { readonly [F in Field]?: unknown }) {
      const { conditions, values } = where(filter);
      const condition = [...conditions, 'seq > ?'].join(' AND ');
      const sql = `SELECT ${selected} FROM ${table.name} WHERE ${condition} ORDER BY seq LIMIT ?`;
      return { statement: prepare(sql, (statement) => statement.raw()), values };
    },
    count(filter: { readonly [F in Field]?: unknown }) {
      const { conditions, values } = where(filter);
      const condition = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
      const sql = `SELECT count(*) FROM ${table.name}${condition}`;
      return { statement: prepare(sql, (statement) => statement.pluck()), values };
    },
  };
}
