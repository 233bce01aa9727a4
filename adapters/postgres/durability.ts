import type { Durability } from '../adapter.ts';

/** The settings of a server that decide how much it keeps. */
export interface Safety {
  readonly fsync: string;
  readonly synchronousCommit: string;
  readonly fullPageWrites: string;
}

/** The settings behind each level, as a server of our own is started with them. */
export const safetyOf: { readonly [durability: string]: Safety } = {
  none: { fsync: 'off', synchronousCommit: 'off', fullPageWrites: 'on' },
  // The kernel has what was committed when Postgres is killed; nothing was forced to the disk.
  'process-crash': { fsync: 'off', synchronousCommit: 'on', fullPageWrites: 'on' },
  'power-loss': { fsync: 'on', synchronousCommit: 'on', fullPageWrites: 'on' },
};

export const postgresDurabilities: readonly Durability[] = Object.keys(safetyOf);

/** The setting by which a server keeps less than the level promises; null when it keeps that much. */
export function shortOf(
  durability: Durability,
  { fsync, synchronousCommit, fullPageWrites }: Safety,
): string | null {
  if (durability === 'none') return null;
  // Every other value (local, remote_write, on, remote_apply) waits for the server's own log at the least.
  if (synchronousCommit === 'off') return 'synchronous_commit = off';
  if (durability === 'process-crash') return null;
  if (fsync === 'off') return 'fsync = off';
  return fullPageWrites === 'off' ? 'full_page_writes = off' : null;
}
