import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProcess, isAlive } from '../../adapters/servers/process-table.ts';
import { TestbedError } from '../../core/error.ts';

const name = '.running';

/** Marks a folder as being played into by this process; the returned function takes the mark away. */
export function markRunning(folder: string): () => void {
  const path = join(folder, name);
  writeFileSync(path, `${process.pid} ${findProcess(process.pid)?.birth}`);
  return () => rmSync(path, { force: true });
}

/** INVALID_CONFIG while the process that is playing into the folder is alive: two would overwrite each other's cells. */
export function refuseRunning(folder: string): void {
  const [pid = '', ...birth] = readMark(join(folder, name)).split(' ');
  const runner = findProcess(Number(pid));
  // A number alone is used again for other processes.
  if (runner === undefined || runner.birth !== birth.join(' ') || !isAlive(runner)) return;
  throw new TestbedError('INVALID_CONFIG', `${folder} is still being played, by process ${pid}`);
}

function readMark(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
