/** Adapters seen through layers, exported so that a second process can open them as the first does. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BusAdapter, CompressionOptions, Place, StorageAdapter } from '../../adapters/adapter.ts';
import {
  cacheQueries,
  compressBus,
  compressStorage,
  keepHot,
  type Layer,
} from '../../adapters/layers/index.ts';
import { memoryBus, memoryStorage } from '../../adapters/memory/index.ts';
import { postgresStorage } from '../../adapters/postgres/index.ts';
import { redisStorage } from '../../adapters/redis/index.ts';
import { sqliteBus, sqliteStorage } from '../../adapters/sqlite/index.ts';
import { systemClock } from '../../core/clock.ts';
import type { Storage } from '../../core/storage.ts';

/** So small a bound that the suites' payloads are compressed. */
export const everything = (algorithm: CompressionOptions['algorithm']): CompressionOptions => ({
  algorithm,
  aboveBytes: 1,
});

function compressedBus(adapter: BusAdapter, algorithm: CompressionOptions['algorithm']): BusAdapter {
  return {
    ...adapter,
    async open(place, address) {
      const opened = await adapter.open(place, address);
      const { maxPayloadBytes } = adapter.traits;
      return { ...opened, port: compressBus(opened.port, everything(algorithm), maxPayloadBytes).port };
    },
  };
}

function layeredStorage(
  adapter: StorageAdapter,
  layer: (storage: Storage) => Layer<Storage>,
): StorageAdapter {
  return {
    ...adapter,
    async open(place, address) {
      const opened = await adapter.open(place, address);
      return { ...opened, port: layer(opened.port).port };
    },
  };
}

function compressedStorage(
  adapter: StorageAdapter,
  algorithm: CompressionOptions['algorithm'],
): StorageAdapter {
  const { maxPayloadBytes } = adapter.traits;
  return layeredStorage(adapter, (storage) =>
    compressStorage(storage, everything(algorithm), maxPayloadBytes),
  );
}

/** Both open in one place; the hot one in a corner of its own, at the level that asks least of it. */
export function withHot(
  main: StorageAdapter,
  hot: StorageAdapter,
  hotAddress?: { readonly url: string },
): StorageAdapter {
  return {
    ...main,
    traits: { ...main.traits, crossProcess: main.traits.crossProcess && hot.traits.crossProcess },
    async open(place, address) {
      const opened = await main.open(place, address);
      const directory = join(place.directory, 'hot');
      mkdirSync(directory, { recursive: true });
      const corner = {
        ...place,
        directory,
        namespace: `${place.namespace}-hot`,
        durability: 'none',
        options: {},
      };
      const beside = await hot.open(corner, hotAddress);
      const options = { name: hot.name, freshMs: 60_000, clock: systemClock };
      return {
        ...opened,
        port: keepHot(opened.port, beside.port, options).port,
        close: async () => {
          await opened.close();
          await beside.close();
        },
      };
    },
  };
}

const cached = (storage: Storage): Layer<Storage> =>
  cacheQueries(storage, { forMs: 60_000, entries: 1_000 }, systemClock);

export const zstdMemoryBus = compressedBus(memoryBus, 'zstd');
export const gzipSqliteBus = compressedBus(sqliteBus, 'gzip');
export const zstdSqliteStorage = compressedStorage(sqliteStorage, 'zstd');
export const memoryOverSqlite = withHot(sqliteStorage, memoryStorage);
export const sqliteOverSqlite = withHot(sqliteStorage, sqliteStorage);
export const cachedSqlite = layeredStorage(sqliteStorage, cached);

/** By which a second process is told of a Redis that the first has started. */
export const redisUrlVariable = 'LAYERS_TEST_REDIS_URL';
export const redisOverPostgres = withHot(postgresStorage, redisStorage, {
  url: process.env[redisUrlVariable] ?? 'redis://127.0.0.1:1',
});

export const place: Place = { directory: '/nowhere', namespace: 'test', durability: 'none', options: {} };
export const openMemory = async (): Promise<Storage> => (await memoryStorage.open(place)).port;
