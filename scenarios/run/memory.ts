import { setImmediate as nextTurn } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';

export interface MemorySample {
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly rssBytes: number;
  readonly mallocedBytes: number;
}

/**
 * What this process holds after two forced collections with a turn of the event loop between: finalisers and
 * weak references of the first are gone by the second. Null where the process was started without `--expose-gc`:
 * a heap that was not collected says nothing.
 */
export async function sampleMemory(): Promise<MemorySample | null> {
  const { gc } = globalThis;
  if (gc === undefined) return null;
  gc();
  await nextTurn();
  gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    heapBytes: heapUsed,
    externalBytes: external,
    rssBytes: rss,
    mallocedBytes: getHeapStatistics().malloced_memory,
  };
}
