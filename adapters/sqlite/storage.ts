import type { StorageAdapter } from '../adapter.ts';
import { behind, Door } from '../door.ts';
import { checkDurability, readOptions } from '../options.ts';
import { createChanges } from './changes.ts';
import { closeDatabase, openDatabase, sqliteDurability } from './database.ts';
import { maxPayloadBytes } from './encode.ts';
import { createEvents } from './events.ts';
import { createNodes } from './nodes.ts';
import { busyOption } from './patience.ts';
import { agentTable, swarmTable } from './records.ts';
import { createRepository } from './repository.ts';
import { storageSchema } from './schema.ts';
import { Writer } from './writer.ts';

const options = { busyTimeoutMs: busyOption } as const;

/** Storage in a SQLite file of its own, `storage.db`, in WAL mode: any number of processes, one writer at a time. */
export const sqliteStorage: StorageAdapter = {
  name: 'sqlite',
  traits: { durability: sqliteDurability, crossProcess: true, maxPayloadBytes, changes: true, nodes: true },
  options,
  async open(place) {
    checkDurability(sqliteStorage, place);
    const { busyTimeoutMs } = readOptions('sqlite storage', options, place.options);
    const store = await openDatabase(place, 'storage.db', storageSchema, busyTimeoutMs);
    const writer = new Writer(store);
    const { ensureStands, ...nodes } = createNodes(store, writer);
    const door = new Door('the sqlite storage');
    let closing: Promise<void> | undefined;
    return {
      port: {
        agents: behind(door, createRepository(store, writer, agentTable, ensureStands)),
        swarms: behind(door, createRepository(store, writer, swarmTable, ensureStands)),
        events: behind(door, createEvents(store, writer)),
        changes: behind(door, createChanges(store, writer)),
        nodes: behind(door, nodes),
      },
      facts: store.facts,
      close() {
        closing ??= (async () => {
          await door.shut();
          await writer.close();
          closeDatabase(store);
        })();
        return closing;
      },
    };
  },
};
