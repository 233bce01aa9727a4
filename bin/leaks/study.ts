import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeLeaks, type LeakReport } from '../../reports/leaks/judge-leaks.ts';
import { leakCheck } from '../../reports/leaks/leak-text.ts';
import type { MemoryTrace } from '../../reports/leaks/trace.ts';
import type { LeakStudy } from '../../reports/leaks/with-leaks.ts';
import type { CellProgress } from '../../scenarios/run/run-cell.ts';
import type { LeakSearch } from '../../scenarios/scenario.ts';
import { type CellEnd, runCellProcess } from '../cell-process.ts';
import type { CellOrder } from '../cell-protocol.ts';
import { removeFolder } from '../remove-folder.ts';
import { growthText } from './growth-text.ts';
import { heapFiles } from './heap-files.ts';
import { probeCell } from './probe-cell.ts';
import { readTrace, type Traced } from './trace-file.ts';

/** How one process is played whose memory is looked at. */
interface Probe {
  readonly times: 1 | 2;
  readonly index: number;
  readonly snapshots: boolean;
}

const memoryFile = 'memory.json';

/**
 * Looks for leaks in processes of their own, one after another, before the cell itself is played: as many as are asked for do
 * the work once; where that is no PASS as many do it twice, and where that is none either one more keeps heap snapshots. What
 * all of them measured stays beside the record, as memory.json. Where the stack cannot be played at all, resolves to how the
 * first of them ended.
 */
export async function studyLeaks(
  order: CellOrder,
  search: LeakSearch,
  signal: AbortSignal,
  progress: (progress: CellProgress) => void,
): Promise<LeakStudy | CellEnd> {
  const play = (probe: Probe): Promise<Traced | CellEnd> => playProbe(order, search, probe, signal, progress);
  const first = await play({ times: 1, index: 0, snapshots: false });
  if ('kind' in first && (first.kind === 'unsupported' || first.kind === 'failed')) return first;
  const several = async (times: 1 | 2, from: readonly (Traced | CellEnd)[]): Promise<MemoryTrace[]> => {
    const played = [...from];
    while (played.length < search.processes && !signal.aborted)
      played.push(await play({ times, index: played.length, snapshots: false }));
    return played.map(traceOf);
  };
  const once = await several(1, [first]);
  let report = judgeLeaks(once, null, search);
  let twice: MemoryTrace[] | null = null;
  let grown: Traced['grown'] = null;
  const files: string[] = [memoryFile];
  // With too few of them there is nothing to confirm.
  if (report.verdict !== 'PASS' && report.processes === search.processes && !signal.aborted) {
    twice = await several(2, []);
    report = judgeLeaks(once, twice, search);
    if (report.verdict !== 'PASS' && !signal.aborted) {
      const kept = await play({ times: 2, index: search.processes - 1, snapshots: true });
      if ('trace' in kept) {
        grown = kept.grown;
        files.push(...heapFiles);
      }
    }
  }
  const memory = { search, report, once, twice, grown };
  writeFileSync(join(order.outputDirectory, memoryFile), `${JSON.stringify(memory, null, 1)}\n`);
  return { check: leakCheck(report, search, growthText(grown)), heapSlope: slopeOf(report), files };
}

function slopeOf({ rows }: LeakReport): number | null {
  return rows.find(({ memory }) => memory === 'heap')?.first.estimate ?? null;
}

async function playProbe(
  order: CellOrder,
  search: LeakSearch,
  { times, index, snapshots }: Probe,
  signal: AbortSignal,
  progress: (progress: CellProgress) => void,
): Promise<Traced | CellEnd> {
  const outputDirectory = join(order.outputDirectory, `memory-${times}-${index + 1}`);
  const dataDirectory = join(outputDirectory, 'data');
  mkdirSync(dataDirectory, { recursive: true });
  const cell = probeCell(order.cell, search, times, index);
  const namespace = `${order.namespace}_${times}${index}`;
  const probe = { ...order, cell, namespace, outputDirectory, dataDirectory, probe: { snapshots } };
  const which = `memory ${index + 1} of ${search.processes}${times === 2 ? ', twice the work' : ''}`;
  const end = await runCellProcess(
    probe,
    signal,
    (each) => progress({ ...each, phase: `${which}, ${each.phase}` }),
    () => removeFolder(dataDirectory),
  );
  try {
    if (end.kind !== 'done') return end;
    const traced = readTrace(end.record);
    if (snapshots)
      for (const file of heapFiles)
        renameSync(join(outputDirectory, file), join(order.outputDirectory, file));
    return traced;
  } finally {
    await removeFolder(outputDirectory);
  }
}

/** A process that left no trace says nothing, and why. */
function traceOf(played: Traced | CellEnd): MemoryTrace {
  if ('trace' in played) return played.trace;
  const { kind } = played;
  const problem =
    kind === 'died' || kind === 'failed' ? played.message : kind === 'unsupported' ? played.reason : kind;
  return { seed: 0, points: [], problem };
}
