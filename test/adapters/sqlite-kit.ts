import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Place } from '../../adapters/adapter.ts';
import type { Store } from '../../adapters/sqlite/database.ts';
import { type Clock, systemClock } from '../../core/clock.ts';

/** A directory of one test's own, gone after it. */
export async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sqlite-test-'));
  try {
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function placeIn(directory: string, changes: Partial<Place> = {}): Place {
  return { directory, namespace: 'test', durability: 'none', options: {}, ...changes };
}

/** A bare store with a table `t (n)`, and every statement that is run on it. */
export function createStore(
  directory: string,
  { busyTimeoutMs = 1_000, clock = systemClock }: { busyTimeoutMs?: number; clock?: Clock } = {},
): Store & { readonly statements: string[] } {
  const statements: string[] = [];
  const file = join(directory, 'test.db');
  const db = new Database(file, { timeout: 0, verbose: (sql) => void statements.push(String(sql)) });
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY)');
  statements.length = 0;
  return { db, file, clock, busyTimeoutMs, facts: {}, statements };
}
