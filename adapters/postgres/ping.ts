import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askPostgres } from './ask.ts';

/** What the lines of the postmaster's lock file, `postmaster.pid`, hold. */
export const lockLines = { pid: 0, sharedMemory: 6, status: 7 };

/**
 * Resolves when the server at `url` answers a query, its data directory is `directory` and its process `pid`: another
 * one on the same port is never taken for ours.
 */
export async function pingPostgres(
  url: string,
  directory: string,
  pid: number,
  withinMs?: number,
): Promise<void> {
  const lock = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n');
  if (lock[lockLines.pid] !== String(pid))
    throw new Error(`the lock in ${directory} is of process ${lock[0]}`);
  const status = lock[lockLines.status]?.trim();
  if (status !== 'ready') throw new Error(`the server is ${status || 'starting'}`);
  const kept = await askPostgres(url, "select current_setting('data_directory')", [], withinMs);
  if (kept !== directory) throw new Error(`the server on this port keeps its data elsewhere`);
}
