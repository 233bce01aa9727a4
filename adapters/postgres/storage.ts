import { systemClock } from '../../core/clock.ts';
import type { Storage } from '../../core/storage.ts';
import type { Address, Connection, Place } from '../adapter.ts';
import { behind, Door } from '../door.ts';
import { createEvents } from './event-repository.ts';
import { Pool } from './pool.ts';
import { createRepository } from './repository.ts';
import { dropSchema, migrate, schemaOf } from './schema.ts';
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
  { url }: Address,
  options: StorageOptions,
): Promise<Connection<Storage>> {
  const { clock = systemClock, durability, namespace } = place;
  const pool = new Pool({
    url,
    size: options.pool,
    timeoutMs: options.timeoutMs,
    clock,
    name: 'testbed storage',
  });
  try {
    const settings = await readSettings(pool, durability);
    const schema = schemaOf(namespace);
    await migrate(pool, schema, storageTables);
    const door = new Door('the postgres storage');
    return {
      port: {
        agents: behind(door, createRepository(pool, schema, agentTable)),
        swarms: behind(door, createRepository(pool, schema, swarmTable)),
        events: behind(door, createEvents(pool, schema)),
      },
      facts: {
        ...settings,
        pool: options.pool,
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
