import { TestbedError } from '../core/error.ts';
import type { BusAdapter, StorageAdapter } from './adapter.ts';

type Loaders<A> = { readonly [name: string]: () => Promise<A> };

/** Every bus by name. A technology's folder is read when it is asked for, so that memory runs load no client library. */
export const busAdapters: Loaders<BusAdapter> = {
  memory: async () => (await import('./memory/index.ts')).memoryBus,
  sqlite: async () => (await import('./sqlite/index.ts')).sqliteBus,
  redis: async () => (await import('./redis/index.ts')).redisBus,
  'redis-pubsub': async () => (await import('./redis/index.ts')).redisPubsubBus,
  postgres: async () => (await import('./postgres/index.ts')).postgresBus,
};

/** Every storage by name. */
export const storageAdapters: Loaders<StorageAdapter> = {
  memory: async () => (await import('./memory/index.ts')).memoryStorage,
  sqlite: async () => (await import('./sqlite/index.ts')).sqliteStorage,
  redis: async () => (await import('./redis/index.ts')).redisStorage,
  postgres: async () => (await import('./postgres/index.ts')).postgresStorage,
};

export const busAdapterNames: readonly string[] = Object.keys(busAdapters);
export const storageAdapterNames: readonly string[] = Object.keys(storageAdapters);

/** INVALID_CONFIG when there is no such bus. */
export function loadBus(name: string): Promise<BusAdapter> {
  return load('bus', busAdapters, name);
}

/** INVALID_CONFIG when there is no such storage. */
export function loadStorage(name: string): Promise<StorageAdapter> {
  return load('storage', storageAdapters, name);
}

async function load<A>(kind: string, loaders: Loaders<A>, name: string): Promise<A> {
  const loader = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (loader !== undefined) return loader();
  const known = Object.keys(loaders).join(', ');
  throw new TestbedError('INVALID_CONFIG', `unknown ${kind} "${name}" (known: ${known})`);
}
