import type { BusAdapter, IntegerOption, StorageAdapter } from '../adapter.ts';
import { checkDurability, readOptions } from '../options.ts';
import { checkAddress } from './address.ts';
import { postgresDurabilities } from './durability.ts';
import { maxPayloadBytes } from './payload.ts';

const timeoutMs: IntegerOption = {
  default: 5_000,
  min: 100,
  max: 3_600_000,
  meaning: 'how long a statement may take, and the wait for a connection',
};

const busOptions = {
  pool: {
    default: 4,
    min: 1,
    max: 1_000,
    meaning: 'most connections at a time, one for notifications aside',
  },
  timeoutMs,
  pollMs: {
    default: 500,
    min: 1,
    max: 60_000,
    meaning: 'how often a subscriber asks, in case a notification was lost',
  },
  leaseMs: {
    default: 3_000,
    min: 50,
    max: 3_600_000,
    meaning:
      'a member of a group silent for this long counts as dead, and what it held is delivered to others',
  },
  retainMessages: {
    default: 1_000_000,
    min: 1,
    max: 1_000_000_000,
    meaning: 'messages of a channel kept for replay; what a group has not read is kept beyond it',
  },
} as const;

const storageOptions = {
  pool: { default: 10, min: 1, max: 1_000, meaning: 'most connections at a time' },
  timeoutMs,
} as const;

/** A log in a table: read by position, woken by NOTIFY, never dependent on it. */
export const postgresBus: BusAdapter = {
  name: 'postgres',
  traits: {
    durability: postgresDurabilities,
    crossProcess: true,
    maxPayloadBytes,
    order: 'channel',
    replay: 'all',
    redelivers: true,
    groups: true,
  },
  options: busOptions,
  server: 'postgres',
  async serve(place) {
    checkDurability(postgresBus, place);
    return (await import('./server.ts')).servePostgres(place);
  },
  replicate: async (primary, place) => (await import('./replica.ts')).replicatePostgres(primary, place),
  async open(place, address) {
    checkDurability(postgresBus, place);
    const options = readOptions('postgres bus', busOptions, place.options);
    return (await import('./bus.ts')).openBus(place, checkAddress(address), options);
  },
};

/** Records in tables with indexes, compare-and-set on their versions. */
export const postgresStorage: StorageAdapter = {
  name: 'postgres',
  traits: {
    durability: postgresDurabilities,
    crossProcess: true,
    maxPayloadBytes,
    changes: true,
    nodes: true,
  },
  options: storageOptions,
  server: 'postgres',
  async serve(place) {
    checkDurability(postgresStorage, place);
    return (await import('./server.ts')).servePostgres(place);
  },
  replicate: async (primary, place) => (await import('./replica.ts')).replicatePostgres(primary, place),
  async open(place, address) {
    checkDurability(postgresStorage, place);
    const options = readOptions('postgres storage', storageOptions, place.options);
    return (await import('./storage.ts')).openStorage(place, checkAddress(address), options);
  },
  async openReplica(place, address) {
    const options = readOptions('postgres standby', storageOptions, place.options);
    return (await import('./storage.ts')).openStandby(place, address, options);
  },
};
