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
  /** The same, stored only while the life of a token stands, which is the last parameter. */
  readonly fenced: { readonly [Write in 'insert' | 'update' | 'updateMany' | 'updateFree']: Statement };
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
  const updateFrom = (source: string, condition = ''): string => `
    update ${table} as old set ${given('new.')} from ${source}
    where old.id = new.id and old.version = new.version - 1${condition} returning old.id`;
  const updateOne = `update ${table} set ${changed.map((column, index) => `${column.name} = $${index + 2}`).join(', ')}
       where id = $1 and version = $2::bigint - 1`;
  const free = `asked as materialized (select * from unnest(${arrays}) as asked (${list})),
       new as materialized (
         select asked.* from asked join ${table} as held on held.id = asked.id and held.version = asked.version - 1
         for update of held skip locked
       )`;
  const fenced = (role: string, write: string, sources = ''): Statement =>
    statement(`${role}.fenced`, true, fencedText(quoted, names.length + 1, write, sources));

  return {
    insert: statement('insert', true, `insert into ${table} (${list}) select * from unnest(${arrays})`),
    get: statement('get', false, `select ${list} from ${table} where id = $1`),
    getMany: statement('getMany', false, `select ${list} from ${table} where id = any($1::text[])`),
    update: statement('update', true, updateOne),
    updateMany: statement('updateMany', true, updateFrom(`unnest(${arrays}) as new (${list})`)),
    updateFree: statement('updateFree', true, `with ${free} ${updateFrom('new')}`),
    fenced: {
      insert: fenced(
        'insert',
        `insert into ${table} (${list}) select new.* from unnest(${arrays}) as new, life returning id`,
      ),
      update: fenced('update', `${updateOne} and exists (select from life) returning id`),
      updateMany: fenced(
        'updateMany',
        updateFrom(`unnest(${arrays}) as new (${list})`, ' and exists (select from life)'),
      ),
      updateFree: fenced('updateFree', updateFrom('new', ' and exists (select from life)'), `${free},`),
    },
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

/**
 * A write that is done only while a life stands. Its row is locked as a foreign key locks what it refers to: many writers hold it
 * at once, and who ends the life waits for them; who comes later waits for that end, and then finds no row. Answers with one row
 * at least, of what is said of the life (absent: it does not stand) and an id that was stored.
 */
function fencedText(schema: string, token: number, write: string, sources: string): string {
  return `with life as materialized (select token from ${schema}.standing where token = $${token}::bigint for key share),
    ${sources} stored as (${write})
    select life.token, stored.id from (select) as always left join life on true left join stored on true`;
}
