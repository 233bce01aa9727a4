import { systemClock } from '../../core/clock.ts';
import type { Storage, StorageReads } from '../../core/storage.ts';
import type { Address, Connection, Place } from '../adapter.ts';
import { behind, Door } from '../door.ts';
import { createChanges } from './changes.ts';
import { createEvents } from './event-repository.ts';
import { createNodes } from './nodes.ts';
import { Pool } from './pool.ts';
import { createRepository } from './repository.ts';
import { awaitTables, dropSchema, migrate, type Schema, schemaOf } from './schema.ts';
import { readSettings } from './settings.ts';
import { agentTable, storageTables, swarmTable } from './storage-tables.ts';
import { within } from './within.ts';

export interface StorageOptions {
  readonly pool: number;
  readonly timeoutMs: number;
}

/** How long closing waits for calls that are being served. */
const closeWithinMs = 2_000;

/** Opens the storage of a namespace on a running server. */
export async function openStorage(
  place: Place,
  address: Address,
  options: StorageOptions,
): Promise<Connection<Storage>> {
  return open(place, address, options, async (pool, schema) => {
    const settings = await readSettings(pool, place.durability);
    await migrate(pool, schema, storageTables);
    return settings;
  });
}

/** Opens what a standby holds of a namespace; the storage is open at its primary. */
export async function openStandby(
  place: Place,
  address: Address,
  options: StorageOptions,
): Promise<Connection<StorageReads>> {
  return open(place, address, options, async (pool, schema) => {
    const settings = await readSettings(pool, place.durability, 'standby');
    await awaitTables(pool, schema, storageTables, place.clock ?? systemClock);
    return settings;
  });
}

async function open(
  { clock = systemClock, namespace }: Place,
  { url }: Address,
  { pool: size, timeoutMs }: StorageOptions,
  prepare: (pool: Pool, schema: Schema) => ReturnType<typeof readSettings>,
): Promise<Connection<Storage>> {
  const pool = new Pool({ url, size, timeoutMs, clock, name: 'testbed storage' });
  try {
    const schema = schemaOf(namespace);
    const settings = await prepare(pool, schema);
    const door = new Door('the postgres storage');
    return {
      port: {
        agents: behind(door, createRepository(pool, schema, agentTable)),
        swarms: behind(door, createRepository(pool, schema, swarmTable)),
        events: behind(door, createEvents(pool, schema)),
        changes: behind(door, { ...createChanges(pool, schema) }),
        nodes: behind(door, { ...createNodes(pool, schema) }),
      },
      facts: {
        ...settings,
        pool: size,
        batching: 'single inserts, updates, reads and appends of one turn share a statement',
        acknowledgement: 'the commit of the statement was confirmed',
        get poolWaits() {
          return pool.waits;
        },
        get retries() {
          return pool.retries;
        },
      },
      purge: () => dropSchema(pool, schema),
      async close() {
        await within(clock, closeWithinMs, door.shut());
        await pool.close();
      },
    };
  } catch (error) {
    await pool.close();
    throw error;
  }
}
