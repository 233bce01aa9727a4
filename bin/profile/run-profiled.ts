import type { RunRecord } from '../../reports/record.ts';
import { type CellContext, runCell } from '../../scenarios/run/run-cell.ts';
import { profiled } from './add-files.ts';
import { type InsideName, startProfiler } from './profiler.ts';

/**
 * Plays a cell while a profiler looks at its process, from the first agent to the last check. The record names the files that
 * it left, and says that this cost something: the numbers are not those of a run that nobody looked at.
 */
export async function runProfiled(context: CellContext, profiler: InsideName): Promise<RunRecord> {
  const stop = await startProfiler(profiler, context.outputDirectory);
  let files: readonly string[] = [];
  let record: RunRecord;
  try {
    record = await runCell(context);
  } finally {
    files = await stop();
  }
  return profiled(record, `the ${profiler} profiler looked on, which costs time`, files);
}
