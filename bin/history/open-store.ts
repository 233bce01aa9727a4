import type { Database } from 'better-sqlite3';
import { TestbedError } from '../../core/error.ts';
import { applicationId, historySchema } from './schema.ts';

/** How long to wait for another process that is writing. */
const patienceMs = 10_000;

/**
 * Opens the store, makes its tables in a new file, and brings those of an older version up to date. A rollback journal, as
 * SQLite has it by default: then it is one file whenever nobody writes, each commit is synced, and it lies on any disk.
 */
export async function openStore(file: string): Promise<Database> {
  // Not before a history is asked for: a machine without SQLite plays all that needs none.
  const { default: Library } = await import('better-sqlite3');
  const db = new Library(file, { timeout: patienceMs });
  try {
    db.pragma('foreign_keys = ON');
    if (versionOf(db) !== historySchema.length || !isOurs(db)) {
      // Two processes may make one new file: the second finds the tables of the first.
      db.transaction(() => bringUpToDate(db, file)).immediate();
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function bringUpToDate(db: Database, file: string): void {
  const version = versionOf(db);
  const isNew = version === 0 && db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (!isNew && !isOurs(db)) {
    throw new TestbedError('INVALID_CONFIG', `${file}: is a database, but no history of testbed`);
  }
  if (version > historySchema.length) {
    const message = `${file} has tables of version ${version}; this testbed knows up to ${historySchema.length}: a newer one made it`;
    throw new TestbedError('INVALID_CONFIG', message);
  }
  for (const step of historySchema.slice(version)) step(db);
  db.pragma(`application_id = ${applicationId}`);
  db.pragma(`user_version = ${historySchema.length}`);
}

const isOurs = (db: Database): boolean => db.pragma('application_id', { simple: true }) === applicationId;

const versionOf = (db: Database): number => db.pragma('user_version', { simple: true }) as number;
