import type { Database } from 'better-sqlite3';
import { checksumOf } from './packed.ts';

/** What is known of a saved result without reading it. */
export interface FactsRow {
  readonly id: number;
  readonly name: string;
  readonly saved_at: string;
  readonly commit_id: string | null;
  readonly branch: string | null;
  readonly fingerprint: string;
  readonly configuration: string;
}

export interface IndexRow {
  readonly directory: string;
  readonly result_index: string;
}

export function factsChecksum(row: Omit<FactsRow, 'id'>): number {
  const { name, saved_at, commit_id, branch, fingerprint, configuration } = row;
  return checksumOf([name, saved_at, commit_id, branch, fingerprint, configuration]);
}

export const indexChecksum = ({ directory, result_index }: IndexRow): number =>
  checksumOf([directory, result_index]);

/** A record's row, in the order of its columns. */
export type RecordRow = readonly [
  baseline: number | bigint,
  cell: number,
  scenario: string,
  stack: string,
  title: string,
  configuration: string | null,
  doubtful: 0 | 1,
  metrics: string,
];

export function insertRecord(db: Database, row: RecordRow): void {
  db.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(...row, recordChecksum(row));
}

export const recordChecksum = ([baseline, ...rest]: RecordRow): number =>
  checksumOf([Number(baseline), ...rest]);
