import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MemoryTrace } from '../../reports/leaks/trace.ts';
import type { GrowthOfHeap } from '../../scenarios/measure/heap-growth.ts';

/** What a process leaves whose memory was looked at. */
export interface Traced {
  readonly trace: MemoryTrace;
  /** Where heap snapshots were asked for: what has grown from the first to the second. */
  readonly grown: GrowthOfHeap | null;
}

const name = 'trace.json';

/** Returns the path. */
export function writeTrace(directory: string, traced: Traced): string {
  const file = join(directory, name);
  writeFileSync(file, JSON.stringify(traced));
  return file;
}

export function readTrace(file: string): Traced {
  return JSON.parse(readFileSync(file, 'utf8'));
}
