import { readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeHeapSnapshot } from 'node:v8';
import { type GrowthOfHeap, growthOf } from '../../scenarios/measure/heap-growth.ts';
import { readHeapSnapshot } from '../../scenarios/measure/heap-snapshot.ts';

/** As browsers' developer tools open them, where one can be compared with the other. */
export const heapFiles = ['before.heapsnapshot', 'after.heapsnapshot'] as const;

/** Larger ones are kept, and left to whoever has the memory to compare them. */
const largestBytes = 250e6;
const mostTold = 30;

/** Writes a snapshot of this process, whole or not at all: it stands still for as long, a second for each 50 MB or so. */
export function keepHeap(directory: string, file: (typeof heapFiles)[number]): void {
  const path = join(directory, file);
  renameSync(writeHeapSnapshot(`${path}.part`), path);
}

/** What has grown between the two; null where they are too large to be read. */
export function compareHeaps(directory: string): GrowthOfHeap | null {
  const [before, after] = heapFiles.map((file) => join(directory, file)) as [string, string];
  if ([before, after].some((file) => statSync(file).size > largestBytes)) return null;
  const read = (file: string) => readHeapSnapshot(readFileSync(file, 'utf8'));
  const { kinds, components } = growthOf(read(before), read(after));
  return { kinds: kinds.slice(0, mostTold), components: components.slice(0, mostTold) };
}
