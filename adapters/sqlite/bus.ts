import type { BusAdapter } from '../adapter.ts';
import { behind, Door } from '../door.ts';
import { checkDurability, readOptions } from '../options.ts';
import { BusConnection } from './bus-connection.ts';
import { closeDatabase, openDatabase, sqliteDurability } from './database.ts';
import { maxPayloadBytes } from './encode.ts';
import { busyOption } from './patience.ts';
import { busSchema } from './schema.ts';

const options = {
  busyTimeoutMs: busyOption,
  pollMs: {
    default: 5,
    min: 1,
    max: 60_000,
    meaning: 'how often a process that listens looks for what other processes published',
  },
  leaseMs: {
    default: 3_000,
    min: 50,
    max: 3_600_000,
    meaning: 'a process silent for this long counts as dead, and what it held is delivered to others',
  },
  retainMessages: {
    default: 1_000_000,
    min: 1,
    max: 1_000_000_000,
    meaning: 'messages of a channel kept for replay; what a group has not read is kept beyond it',
  },
  tailMessages: {
    default: 10_000,
    min: 1,
    max: 1_000_000,
    meaning: 'newest messages of a channel kept in memory as well: who is up to date needs no query',
  },
} as const;

/** A bus in a SQLite file of its own, `bus.db`: survives restarts, works between processes, replays until pruned. */
export const sqliteBus: BusAdapter = {
  name: 'sqlite',
  traits: {
    durability: sqliteDurability,
    crossProcess: true,
    maxPayloadBytes,
    order: 'channel',
    replay: 'all',
    redelivers: true,
    groups: true,
  },
  options,
  async open(place) {
    checkDurability(sqliteBus, place);
    const settings = readOptions('sqlite bus', options, place.options);
    const store = await openDatabase(place, 'bus.db', busSchema, settings.busyTimeoutMs);
    const bus = new BusConnection(store, settings);
    const door = new Door('the sqlite bus');
    let closing: Promise<void> | undefined;
    return {
      port: behind(door, {
        publish: bus.publish.bind(bus),
        subscribe: bus.subscribe.bind(bus),
      }),
      facts: { ...store.facts, ...settings },
      close() {
        closing ??= (async () => {
          await door.shut();
          await bus.close();
          closeDatabase(store);
        })();
        return closing;
      },
    };
  },
};
