import type { Statement } from './call.ts';
import type { Schema } from './schema.ts';
import type { RecordTable } from './storage-tables.ts';

/** The statements of one kind of record. Parameters of those for many are arrays, one for each column in order. */
export interface RecordStatements {
  readonly insert: Statement;
  readonly get: Statement;
  readonly getMany: Statement;
  readonly update: Statement;
  /** Waits for rows that others have locked. */
  readonly updateMany: Statement;
  /** Passes over rows that others have locked. */
  readonly updateFree: Statement;
  readonly remove: Statement;
  /** Conditions in the order given, then the `seq` to go on after and the number of rows. */
  find(conditions: readonly string[]): Statement;
  count(conditions: readonly string[]): Statement;
}

export function recordStatements<Item, Filter>(
  { name, columns }: RecordTable<Item, Filter>,
  { quoted }: Schema,
): RecordStatements {
  const table = `${quoted}.${name}`;
  const names = columns.map((column) => column.name);
  const list = names.join(', ');
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ');
  const changed = columns.slice(1);
  const given = (verb: string): string =>
    changed.map((column) => `${column.name} = ${verb}${column.name}`).join(', ');
  const statement = (role: string, writes: boolean, text: string): Statement => ({
    name: `${name}.${role}`,
    text,
    writes,
  });
  const where = (conditions: readonly string[]): string[] =>
    conditions.map((column, index) => `${column} = $${index + 1}`);
  const updateFrom = (source: string): string => `
    update ${table} as old set ${given('new.')} from ${source}
    where old.id = new.id and old.version = new.version - 1 returning old.id`;

  return {
    insert: statement('insert', true, `insert into ${table} (${list}) select * from unnest(${arrays})`),
    get: statement('get', false, `select ${list} from ${table} where id = $1`),
    getMany: statement('getMany', false, `select ${list} from ${table} where id = any($1::text[])`),
    update: statement(
      'update',
      true,
      `update ${table} set ${changed.map((column, index) => `${column.name} = $${index + 2}`).join(', ')}
       where id = $1 and version = $2::bigint - 1`,
    ),
    updateMany: statement('updateMany', true, updateFrom(`unnest(${arrays}) as new (${list})`)),
    updateFree: statement(
      'updateFree',
      true,
      `with asked as materialized (select * from unnest(${arrays}) as asked (${list})),
       new as materialized (
         select asked.* from asked join ${table} as held on held.id = asked.id and held.version = asked.version - 1
         for update of held skip locked
       ) ${updateFrom('new')}`,
    ),
    remove: statement('remove', true, `delete from ${table} where id = any($1::text[])`),
    find(conditions) {
      const all = [...where(conditions), `seq > $${conditions.length + 1}`].join(' and ');
      const role = ['find', ...conditions].join('.');
      return statement(
        role,
        false,
        `select seq, ${list} from ${table} where ${all} order by seq limit $${conditions.length + 2}`,
      );
    },
    count(conditions) {
      const all = where(conditions).join(' and ') || 'true';
      return statement(
        ['count', ...conditions].join('.'),
        false,
        `select count(*) from ${table} where ${all}`,
      );
    },
  };
}
