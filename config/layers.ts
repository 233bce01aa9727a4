import type { LayerOptions } from '../adapters/adapter.ts';
import type { LayersFile } from './scenario-file.ts';
import { parseDuration, parseSize } from './units.ts';

/** The layers asked for, every unit a number; undefined when there is none. */
export function resolveLayers({ compression, hot, queryCache }: LayersFile): LayerOptions | undefined {
  const { algorithm, above } = compression;
  const layers: LayerOptions = {
    compression: algorithm === 'none' ? null : { algorithm, aboveBytes: parseSize(above) },
    hot: hot.store === 'none' ? null : { store: hot.store, freshMs: parseDuration(hot.fresh) },
    queryCache:
      queryCache.entries === 0 ? null : { entries: queryCache.entries, forMs: parseDuration(queryCache.for) },
  };
  return Object.values(layers).some((layer) => layer !== null) ? layers : undefined;
}
