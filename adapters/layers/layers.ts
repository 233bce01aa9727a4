import type { Bus } from '../../core/bus.ts';
import type { Clock } from '../../core/clock.ts';
import type { Storage, StorageReads } from '../../core/storage.ts';
import type { BusAdapter, Connection, LayerOptions, StorageAdapter } from '../adapter.ts';
import { compressBus, compressStorage, decompressReads } from './compression.ts';
import { keepHot } from './hot-agents.ts';
import { cacheQueries } from './query-cache.ts';

/** The adapters that layers stand on. `hot` is there when the options ask for a hot store. */
export interface LayeredAdapters {
  readonly bus: BusAdapter;
  readonly storage: StorageAdapter;
  readonly hot: StorageAdapter | null;
}

/** The layers that a scenario asks for, to be laid over open ports. */
export class Layers {
  readonly hot: StorageAdapter | null;
  readonly #options: LayerOptions;
  readonly #adapters: LayeredAdapters;

  constructor(options: LayerOptions, adapters: LayeredAdapters) {
    this.#options = options;
    this.#adapters = adapters;
    this.hot = adapters.hot;
  }

  /**
   * The ports as an orchestrator uses them: the query cache over the hot store over compression. `stored` is the storage
   * without what is remembered beside it, for reading the final state from `bare`; `replicas` are read as they were written,
   * for what is remembered here is of the storage itself.
   */
  over(
    ports: {
      bus: Bus;
      storage: Storage;
      bare: Storage;
      hot: Storage | null;
      replicas: readonly StorageReads[];
    },
    clock: Clock,
  ) {
    const { compression, hot, queryCache } = this.#options;
    const { traits: busTraits } = this.#adapters.bus;
    const { traits: storageTraits } = this.#adapters.storage;
    let { bus, storage, bare, replicas } = ports;
    const facts: { [layer: string]: () => Connection<unknown>['facts'] } = {};
    if (compression !== null) {
      const overBus = compressBus(bus, compression, busTraits.maxPayloadBytes);
      const overStorage = compressStorage(storage, compression, storageTraits.maxPayloadBytes);
      bus = overBus.port;
      storage = overStorage.port;
      bare = compressStorage(bare, compression, storageTraits.maxPayloadBytes).port;
      replicas = replicas.map((reads) => decompressReads(reads, compression, storageTraits.maxPayloadBytes));
      facts['busCompression'] = overBus.facts;
      facts['storageCompression'] = overStorage.facts;
    }
    if (hot !== null && ports.hot !== null) {
      const layer = keepHot(storage, ports.hot, { name: hot.store, freshMs: hot.freshMs, clock });
      storage = layer.port;
      facts['hot'] = layer.facts;
    }
    if (queryCache !== null) {
      const layer = cacheQueries(storage, queryCache, clock);
      storage = layer.port;
      facts['queryCache'] = layer.facts;
    }
    return {
      bus,
      storage,
      stored: bare,
      replicas,
      facts: () => Object.fromEntries(Object.entries(facts).map(([name, read]) => [name, read()])),
    };
  }
}
