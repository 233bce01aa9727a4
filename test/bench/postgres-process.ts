/**
 * Our Postgres adapters beside `pg` by itself, on one server of ours: the same rows, indexes and batches. By itself: named
 * statements on its Pool; inserts by unnest of array parameters, as its documentation has it.
 *
 * Argument: the durability.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Place } from '../../adapters/adapter.ts';
import { postgresBus, postgresStorage } from '../../adapters/postgres/index.ts';
import { servePostgres } from '../../adapters/postgres/server.ts';
import type { Message } from '../../core/message.ts';
import type { Storage } from '../../core/storage.ts';
import { median } from './figure.ts';
import { inRounds, pairOf } from './rounds.ts';
import { agentAt, byCallers, countTo, eventBatches, rateOf } from './server-load.ts';

const [events, perBatch, updates, rounds, starts] = [50_000, 1_000, 3_000, 7, 5];
const [appenders, callers, publishers] = [4, 10, 4];

const appended = eventBatches(events, perBatch);
const published = eventBatches(events, 100);
/** One of another agent each time. */
const changes = Array.from({ length: updates }, (_, index) => `agent-${index}`);

/** Storage of ours in a schema that nobody has used, which is removed after. */
async function withStorage<T>(url: string, place: Place, act: (storage: Storage) => Promise<T>): Promise<T> {
  const { port, purge, close } = await postgresStorage.open({ ...place, namespace: randomUUID() }, { url });
  try {
    return await act(port);
  } finally {
    await purge?.();
    await close();
  }
}

/** The tables of our storage, made by it, and a pool of `pg` on them. */
async function withPool<T>(
  url: string,
  place: Place,
  act: (pool: pg.Pool, schema: string, storage: Storage) => Promise<T>,
): Promise<T> {
  const namespace = randomUUID();
  const { port, purge, close } = await postgresStorage.open({ ...place, namespace }, { url });
  const pool = new pg.Pool({ connectionString: url, max: callers });
  try {
    return await act(pool, `"testbed_${namespace}"`, port);
  } finally {
    await pool.end();
    await purge?.();
    await close();
  }
}

const appendSql = (schema: string) => ({
  name: 'append',
  text: `insert into ${schema}.events (key, type, swarm_id, producer, sequence, at, sent_at, data) select * from
    unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::int8[], $6::float8[], $7::float8[], $8::text[])`,
});

const updateSql = (schema: string) => ({
  name: 'update',
  text: `update ${schema}.agents set version = $2, status = $3, swarm_id = $4, parent_id = $5, owner = $6, attempt = $7,
    created_at = $8, updated_at = $9, task = $10, session = $11, result = $12, error = $13
    where id = $1 and version = $2::bigint - 1`,
});

function appendsOfOurs(url: string, place: Place, appenders: number): Promise<number> {
  return withStorage(url, place, ({ events: repository }) =>
    rateOf(events, () => byCallers(appenders, appended, (batch) => repository.append(batch))),
  );
}

function appendsByItself(url: string, place: Place, appenders: number): Promise<number> {
  return withPool(url, place, (pool, schema) => {
    const statement = appendSql(schema);
    const insert = (batch: readonly Message[]) =>
      pool.query({
        ...statement,
        values: [
          batch.map(({ key }) => key),
          batch.map(({ type }) => type),
          batch.map(({ swarmId }) => swarmId),
          batch.map(({ producer }) => producer),
          batch.map(({ sequence }) => sequence),
          batch.map(({ at }) => at),
          batch.map(({ sentAt }) => sentAt),
          batch.map(({ data }) => JSON.stringify(data)),
        ],
      });
    return rateOf(events, () => byCallers(appenders, appended, insert));
  });
}

function updatesOfOurs(url: string, place: Place, callers: number): Promise<number> {
  return withStorage(url, place, async ({ agents }) => {
    await agents.insert(changes.map((id) => agentAt(id, 1)));
    return rateOf(updates, () =>
      byCallers(callers, changes, async (id) => {
        const refused = await agents.update([agentAt(id, 2)]);
        if (refused.length > 0) throw new Error(`${id} was not updated`);
      }),
    );
  });
}

function updatesByItself(url: string, place: Place, callers: number): Promise<number> {
  return withPool(url, place, async (pool, schema, { agents }) => {
    await agents.insert(changes.map((id) => agentAt(id, 1)));
    const statement = updateSql(schema);
    return rateOf(updates, () =>
      byCallers(callers, changes, async (id) => {
        const { version, status, swarmId, parentId, owner, attempt, createdAt, updatedAt, ...rest } = agentAt(
          id,
          2,
        );
        const { task, session, result, error } = rest;
        const json = [task, session, result].map((value) => JSON.stringify(value));
        const { rowCount } = await pool.query({
          ...statement,
          values: [
            id,
            version,
            status,
            swarmId,
            parentId,
            owner,
            attempt,
            createdAt,
            updatedAt,
            ...json,
            error,
          ],
        });
        if (rowCount !== 1) throw new Error(`${id} was not updated`);
      }),
    );
  });
}

async function busEndToEnd(url: string, place: Place): Promise<number> {
  const { port, purge, close } = await postgresBus.open({ ...place, namespace: randomUUID() }, { url });
  const { reached, add } = countTo(events);
  const subscription = await port.subscribe('events', { group: 'bench' }, ({ length }) => add(length));
  const rate = await rateOf(events, async () => {
    await byCallers(publishers, published, (batch) => port.publish('events', batch));
    await reached;
  });
  await subscription.close();
  await purge?.();
  await close();
  return rate;
}

/** The first one may have to make the data directory that the others copy. */
async function startMs(place: Place): Promise<number> {
  const taken: number[] = [];
  for (let start = 0; start <= starts; start++) {
    const startedMs = performance.now();
    const server = await servePostgres(place);
    if (start > 0) taken.push(performance.now() - startedMs);
    await server.close();
  }
  return median(taken);
}

async function main(durability: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'testbed-bench-postgres-'));
  const place = { directory, namespace: '', durability, options: {} };
  try {
    const copyStartMs = await startMs(place);
    const server = await servePostgres(place);
    try {
      const { url } = server.address;
      const taken = await inRounds(rounds, {
        append: () => appendsOfOurs(url, place, 1),
        rawAppend: () => appendsByItself(url, place, 1),
        appends: () => appendsOfOurs(url, place, appenders),
        rawAppends: () => appendsByItself(url, place, appenders),
        update: () => updatesOfOurs(url, place, 1),
        rawUpdate: () => updatesByItself(url, place, 1),
        updates: () => updatesOfOurs(url, place, callers),
        rawUpdates: () => updatesByItself(url, place, callers),
        bus: () => busEndToEnd(url, place),
      });
      process.stdout.write(
        JSON.stringify({
          append: pairOf(taken.append, taken.rawAppend),
          appends: pairOf(taken.appends, taken.rawAppends),
          update: pairOf(taken.update, taken.rawUpdate),
          updates: pairOf(taken.updates, taken.rawUpdates),
          busPerS: median(taken.bus),
          startMs: copyStartMs,
        }),
      );
    } finally {
      await server.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

await main(process.argv[2] ?? 'none');
