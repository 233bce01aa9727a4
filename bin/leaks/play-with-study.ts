import type { CellProgress } from '../../scenarios/run/run-cell.ts';
import { type CellEnd, runCellProcess } from '../cell-process.ts';
import type { CellOrder } from '../cell-protocol.ts';
import { studyLeaks } from './study.ts';

/** Plays a cell in a process of its own; before it, where leaks are searched for, the processes of the search. */
export async function playWithStudy(
  order: CellOrder,
  signal: AbortSignal,
  progress: (progress: CellProgress) => void,
  clean: () => Promise<void>,
): Promise<CellEnd> {
  const { leaks: search } = order.cell.scenario;
  if (search === undefined) return runCellProcess(order, signal, progress, clean);
  const leaks = await studyLeaks(order, search, signal, progress);
  if (!('kind' in leaks) && !signal.aborted)
    return runCellProcess({ ...order, leaks }, signal, progress, clean);
  await clean();
  return 'kind' in leaks
    ? leaks
    : { kind: 'died', message: 'interrupted in its search for leaks', detail: '' };
}
