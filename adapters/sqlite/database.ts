import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { type Clock, systemClock } from '../../core/clock.ts';
import { messageOf, TestbedError } from '../../core/error.ts';
import type { Place } from '../adapter.ts';
import { translate } from './errors.ts';
import { patiently } from './patience.ts';
import type { Schema } from './schema.ts';

/** An open database file, with the settings that the place asks for. */
export interface Store {
  readonly db: Database.Database;
  readonly file: string;
  readonly clock: Clock;
  /** How long an operation keeps trying while another process holds the lock. */
  readonly busyTimeoutMs: number;
  /** What was read back from it. */
  readonly facts: { readonly [name: string]: string | number | boolean };
}

/**
 * WAL: a killed process loses nothing committed at any setting, since the pages are the kernel's by then; what
 * `synchronous` decides is the loss of power. OFF: all since the last checkpoint may go. NORMAL: the latest commits
 * may. FULL: each commit is synced.
 */
const synchronousOf: { readonly [durability: string]: 'OFF' | 'NORMAL' | 'FULL' } = {
  none: 'OFF',
  'process-crash': 'OFF',
  'sqlite-normal': 'NORMAL',
  'power-loss': 'FULL',
};
export const sqliteDurability: readonly string[] = Object.keys(synchronousOf);

/** SQLite itself waits this long for a lock, blocking our event loop; the rest of the patience is between turns. */
const blockingWaitMs = 2;

/** Opens `name` in the place's directory, creating or migrating it. */
export async function openDatabase(
  place: Place,
  name: string,
  schema: Schema,
  busyTimeoutMs: number,
): Promise<Store> {
  const { clock = systemClock } = place;
  const file = join(place.directory, name);
  const Library = await loadLibrary();
  return patiently(clock, busyTimeoutMs, file, () => {
    const db = new Library(file, { timeout: blockingWaitMs });
    try {
      db.pragma('journal_mode = WAL');
      db.pragma(`synchronous = ${synchronousOf[place.durability]}`);
      // What a savepoint can undo is otherwise kept in a file, from 64 KiB on.
      db.pragma('temp_store = MEMORY');
      migrate(db, schema, file);
      return { db, file, clock, busyTimeoutMs, facts: readFacts(db, name, busyTimeoutMs) };
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

async function loadLibrary(): Promise<typeof Database> {
  try {
    return (await import('better-sqlite3')).default;
  } catch (error) {
    throw new TestbedError('UNSUPPORTED', `better-sqlite3 cannot be loaded: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Several processes may open one new file at once: the first to take the lock makes the tables, the others find them. */
function migrate(db: Database.Database, schema: Schema, file: string): void {
  const versionNow = (): number => db.pragma('user_version', { simple: true }) as number;
  if (versionNow() === schema.length) return;
  db.transaction(() => {
    const version = versionNow();
    if (version > schema.length) {
      const message = `${file} has tables of version ${version}; this testbed knows up to ${schema.length}`;
      throw new TestbedError('UNSUPPORTED', message);
    }
    for (const step of schema.slice(version)) db.exec(step);
    db.pragma(`user_version = ${schema.length}`);
  }).immediate();
}

function readFacts(db: Database.Database, name: string, busyTimeoutMs: number): Store['facts'] {
  const read = (pragma: string): string | number => db.pragma(pragma, { simple: true }) as string | number;
  const journalMode = read('journal_mode');
  if (journalMode !== 'wal') {
    throw new TestbedError(
      'UNSUPPORTED',
      `${name}: this file system cannot hold a WAL (journal mode ${journalMode})`,
    );
  }
  return {
    file: name,
    sqlite: db.prepare('SELECT sqlite_version()').pluck().get() as string,
    journalMode,
    synchronous: (['OFF', 'NORMAL', 'FULL', 'EXTRA'] as const)[read('synchronous') as 0 | 1 | 2 | 3],
    blockingWaitMs: read('busy_timeout'),
    busyTimeoutMs,
    pageBytes: read('page_size'),
    checkpointPages: read('wal_autocheckpoint'),
    batching: 'the writes of one turn share a transaction',
    acknowledgement: 'COMMIT returned',
  };
}

/** Closes the file; what SQLite says against it is translated. */
export function closeDatabase({ db, file }: Store): void {
  try {
    db.close();
  } catch (error) {
    throw translate(error, file);
  }
}
