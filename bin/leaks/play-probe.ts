import { probeMemory } from '../../scenarios/run/probe-memory.ts';
import type { CellContext } from '../../scenarios/run/run-cell.ts';
import { compareHeaps, keepHeap } from './heap-files.ts';
import { writeTrace } from './trace-file.ts';

/**
 * In a process of its own: plays a cell leg by leg and leaves the trace of its memory; returns its path. With `snapshots` the
 * heap is kept twice: at half of the work, when all has been compiled and filled that soon will be, and at its end.
 */
export async function playProbe(context: CellContext, snapshots: boolean): Promise<string> {
  const { outputDirectory, cell } = context;
  const legs = cell.scenario.workload.phases.filter(({ warmup }) => !warmup).length;
  const trace = await probeMemory(context, (played) => {
    if (snapshots && played === legs / 2) keepHeap(outputDirectory, 'before.heapsnapshot');
    if (snapshots && played === legs) keepHeap(outputDirectory, 'after.heapsnapshot');
  });
  const isKept = snapshots && trace.problem === null;
  return writeTrace(outputDirectory, { trace, grown: isKept ? compareHeaps(outputDirectory) : null });
}
