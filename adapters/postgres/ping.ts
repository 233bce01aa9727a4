import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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
  withinMs = 1_000,
): Promise<void> {
  const lock = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n');
  if (lock[lockLines.pid] !== String(pid))
    throw new Error(`the lock in ${directory} is of process ${lock[0]}`);
  const status = lock[lockLines.status]?.trim();
  if (status !== 'ready') throw new Error(`the server is ${status || 'starting'}`);
  const { Client } = (await import('pg')).default;
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: withinMs,
    query_timeout: withinMs,
  });
  // A connection that breaks between two answers rejects the call that waits for the second.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query("select current_setting('data_directory') as directory");
    if (rows[0]?.directory !== directory) throw new Error(`the server on this port keeps its data elsewhere`);
  } finally {
    await client.end();
  }
}
