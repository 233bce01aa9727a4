export { compressBus, compressStorage } from './compression.ts';
export { type HotOptions, keepHot } from './hot-agents.ts';
export type { Layer } from './layer.ts';
export { type LayeredAdapters, Layers } from './layers.ts';
export { cacheQueries } from './query-cache.ts';
