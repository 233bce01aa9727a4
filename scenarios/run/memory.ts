import { setImmediate as nextTurn } from 'node:timers/promises';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';

export interface MemorySample {
  readonly heapBytes: number;
  /** What of the heap V8 has compiled: it comes by itself as a program goes on, for minutes, and is nothing the program holds. */
  readonly codeBytes: number;
  /** Of objects of C++ that objects of the heap hold, buffers among them. */
  readonly externalBytes: number;
  readonly arrayBuffersBytes: number;
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
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  return {
    heapBytes: heapUsed,
    codeBytes: codeBytes(),
    externalBytes: external,
    arrayBuffersBytes: arrayBuffers,
    rssBytes: rss,
    mallocedBytes: getHeapStatistics().malloced_memory,
  };
}

/** Machine code, and what goes with it: bytecode, tables, all that only V8 itself may write to. */
const spacesOfCode = /^(code|trusted)_(large_object_)?space$/;

function codeBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => spacesOfCode.test(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
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
