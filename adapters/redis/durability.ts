import type { Durability } from '../adapter.ts';

/** What decides how much a Redis server keeps. */
export interface Persistence {
  readonly appendonly: 'yes' | 'no';
  readonly appendfsync: 'always' | 'everysec' | 'no';
}

/** The settings behind each level: what our own server is started with, and what one given by URL must have. */
export const persistenceOf: { readonly [durability: string]: Persistence } = {
  none: { appendonly: 'no', appendfsync: 'no' },
  // The kernel has what was written when Redis is killed; nothing was forced to the disk.
  'process-crash': { appendonly: 'yes', appendfsync: 'no' },
  'redis-everysec': { appendonly: 'yes', appendfsync: 'everysec' },
  'power-loss': { appendonly: 'yes', appendfsync: 'always' },
};

export const redisDurabilities: readonly Durability[] = Object.keys(persistenceOf);
