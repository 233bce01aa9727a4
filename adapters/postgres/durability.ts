import type { Durability } from '../adapter.ts';

/** What decides how much a Postgres server keeps. */
export interface Safety {
  readonly fsync: 'on' | 'off';
  readonly synchronousCommit: 'on' | 'off';
}

/** The settings behind each level, as a server of our own is started with them. */
export const safetyOf: { readonly [durability: string]: Safety } = {
  none: { fsync: 'off', synchronousCommit: 'off' },
  // The kernel has what was committed when Postgres is killed; nothing was forced to the disk.
  'process-crash': { fsync: 'off', synchronousCommit: 'on' },
  'power-loss': { fsync: 'on', synchronousCommit: 'on' },
};

export const postgresDurabilities: readonly Durability[] = Object.keys(safetyOf);

/** Settings as a server answers them to SHOW. */
export interface ShownSettings {
  readonly fsync: string;
  readonly synchronous_commit: string;
  readonly full_page_writes: string;
}

/** Why a server with these settings does not keep what the level promises; null when it does. */
export function shortOf(durability: Durability, shown: ShownSettings): string | null {
  if (durability === 'none') return null;
  // Every other value (local, remote_write, on, remote_apply) waits for the server's own log at the least.
  if (shown.synchronous_commit === 'off') return 'synchronous_commit = off';
  if (durability === 'process-crash') return null;
  if (shown.fsync === 'off') return 'fsync = off';
  return shown.full_page_writes === 'off' ? 'full_page_writes = off' : null;
}
