export type {
  Adapter,
  Address,
  BusAdapter,
  BusTraits,
  CompressionOptions,
  Connection,
  Durability,
  DurabilityLevel,
  IntegerOption,
  LayerOptions,
  Place,
  QueryCacheOptions,
  Server,
  StorageAdapter,
  StorageTraits,
  Traits,
} from './adapter.ts';
export { durabilityLevels } from './adapter.ts';
// What an adapter is built from.
export { behind, Door } from './door.ts';
export {
  cacheQueries,
  compressBus,
  compressStorage,
  type HotOptions,
  keepHot,
  type Layer,
  type LayeredAdapters,
  Layers,
} from './layers/index.ts';
export { memoryBus, memoryStorage } from './memory/index.ts';
export { checkDurability, readOptions } from './options.ts';
export { type Batch, Pump, type Source } from './pump.ts';
export { checkNew, cursorOf, duplicate, parsePosition } from './requests.ts';
// How to run a server of one's own beside it.
export { type BinarySearch, findBinary } from './servers/find-binary.ts';
export type { Home } from './servers/home.ts';
export { type ProcessServer, type ServeOptions, serveProcess } from './servers/process-server.ts';
export type { Program } from './servers/program.ts';
export { sqliteBus, sqliteStorage } from './sqlite/index.ts';
export {
  busAdapterNames,
  busAdapters,
  loadBus,
  loadStorage,
  storageAdapterNames,
  storageAdapters,
} from './table.ts';
