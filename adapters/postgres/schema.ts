import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { Statement } from './call.ts';
import type { Pool } from './pool.ts';

/** What one port keeps in the schema, from nothing to today: steps are only ever added. */
export interface Tables {
  readonly part: 'bus' | 'storage';
  readonly steps: readonly ((schema: Schema) => string)[];
}

/** A namespace's schema: everything of ours that a server holds lies inside. */
export interface Schema {
  /** Quoted, for SQL. */
  readonly quoted: string;
  readonly name: string;
  /** Tells our advisory locks from those of other schemas and applications: the first of the two numbers of each. */
  readonly lockClass: number;
}

/** A standby takes in what its primary wrote within moments, or something is wrong. */
const arriveWithinMs = 10_000;

/** Postgres cuts longer names short without an error. */
const longestName = 63;

/** Two namespaces never share a schema, and none is anybody else's. */
export function schemaOf(namespace: string): Schema {
  const digest = createHash('sha256').update(namespace).digest();
  const plain = `testbed_${namespace}`;
  const isPlain = /^[\w-]+$/.test(plain) && plain.length <= longestName;
  const name = isPlain ? plain : `testbed.${digest.toString('hex').slice(0, 32)}`;
  return { name, quoted: `"${name}"`, lockClass: digest.readInt32BE(0) };
}

/**
 * Makes the transaction's commit wait for the log even on a server that does not: for what must not be forgotten by a crash
 * that we live through, because we go on using it.
 */
export function keptForGood(verb: 'select' | 'perform'): string {
  return `${verb} set_config('synchronous_commit', 'on', true)`;
}

/** Makes or updates the tables of a part; several processes at once make them once. UNSUPPORTED when a newer testbed made them. */
export async function migrate(pool: Pool, schema: Schema, tables: Tables): Promise<void> {
  const { part, steps } = tables;
  if ((await versionOf(pool, schema, part)) === steps.length) return;
  const { quoted, lockClass } = schema;
  const upgrades = steps.map(
    (step, index) => `if at = ${index} then
      execute $step$${step(schema)}$step$;
      at := at + 1;
    end if;`,
  );
  await pool.script(`do $migrate$
    declare at int;
    begin
      ${keptForGood('perform')};
      perform pg_advisory_xact_lock(${lockClass}, 0);
      create schema if not exists ${quoted};
      create table if not exists ${quoted}.version (part text primary key, version int not null);
      insert into ${quoted}.version values ('${part}', 0) on conflict do nothing;
      select version into at from ${quoted}.version where part = '${part}';
      ${upgrades.join('\n')}
      update ${quoted}.version set version = at where part = '${part}';
    end $migrate$`);
  const version = await versionOf(pool, schema, part);
  if (version === steps.length) return;
  throw new TestbedError(
    'UNSUPPORTED',
    `schema ${schema.name} holds ${part} tables of version ${version}; this testbed knows ${steps.length} at the most`,
  );
}

/** Resolves once a standby has the tables of a part; UNAVAILABLE when they take too long to come. */
export async function awaitTables(
  pool: Pool,
  schema: Schema,
  { part, steps }: Tables,
  clock: Clock,
): Promise<void> {
  const deadline = clock.now() + arriveWithinMs;
  while ((await versionOf(pool, schema, part)) < steps.length) {
    if (clock.now() > deadline)
      throw new TestbedError(
        'UNAVAILABLE',
        `the ${part} tables of ${schema.name} have not come to the standby`,
      );
    await clock.sleep(5);
  }
}

/** Removes the schema with everything in it. */
export async function dropSchema(pool: Pool, { quoted }: Schema): Promise<void> {
  await pool.script(`drop schema if exists ${quoted} cascade`);
}

/** 0 when there is nothing yet. */
async function versionOf(pool: Pool, { name, quoted }: Schema, part: string): Promise<number> {
  const exists: Statement = {
    name: 'schema.exists',
    text: 'select 1 from pg_tables where schemaname = $1 and tablename = $2',
    writes: false,
  };
  if ((await pool.run(exists, [name, 'version'])).rows.length === 0) return 0;
  const version: Statement = {
    name: 'schema.version',
    text: `select version from ${quoted}.version where part = $1`,
    writes: false,
  };
  const { rows } = await pool.run(version, [part]);
  return Number(rows[0]?.[0] ?? 0);
}
