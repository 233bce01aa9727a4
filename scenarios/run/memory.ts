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

/** What a population holds of the heap. */
export interface AgentsWeight {
  readonly bytes: number;
  /** Null of so few that the heap's own noise is larger than what they weigh. */
  readonly perAgentBytes: number | null;
}

const weighableAgents = 100;

/**
 * What agents weigh, from the heap without any and that with `there` of the `wanted` ones. Null where that cannot be
 * told: a heap was not collected, nobody is there, or not all of them are, so that others are half made.
 */
export function weighAgents(
  without: MemorySample | null,
  having: MemorySample | null,
  there: number,
  wanted: number,
): AgentsWeight | null {
  if (without === null || having === null || there < wanted || there === 0) return null;
  const bytes = having.heapBytes - without.heapBytes;
  return { bytes, perAgentBytes: there < weighableAgents ? null : bytes / there };
}
