import { mkdirSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { recordPathOf } from '../../reports/write-result.ts';
import type { CellEnd } from '../cell-process.ts';
import type { CellOrder } from '../cell-protocol.ts';
import { removeFolder } from '../remove-folder.ts';
import { addFiles } from './add-files.ts';

/**
 * Plays a cell that failed once more, with the CPU profiler looking on, and puts what that leaves beside the record of the
 * failure. Its own record is not kept: what was judged is judged, and the profiler disturbs. Resolves also where it fails.
 */
export async function profileFailure(
  order: CellOrder,
  recordPath: string,
  playAgain: (order: CellOrder) => Promise<CellEnd>,
): Promise<void> {
  const directory = join(order.outputDirectory, 'again');
  const { scenario, stack, iteration } = order.cell;
  const { name, parameters } = scenario;
  const identity = { scenario: name, stack: stack.name, iteration, ...(parameters && { parameters }) };
  const outputDirectory = join(directory, dirname(recordPathOf(identity)));
  const dataDirectory = join(outputDirectory, 'data');
  try {
    mkdirSync(dataDirectory, { recursive: true });
    const end = await playAgain({ ...order, directory, outputDirectory, dataDirectory, profiler: 'cpu' });
    if (end.kind !== 'done') return;
    const files = ['cpu.cpuprofile', 'cpu-flame.svg'];
    for (const file of files) await copyFile(join(outputDirectory, file), join(order.outputDirectory, file));
    await addFiles(order.directory, recordPath, 'played once more with the cpu profiler', files);
  } finally {
    await removeFolder(directory);
  }
}
