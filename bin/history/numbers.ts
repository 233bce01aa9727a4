import type { Database } from 'better-sqlite3';

/** One number of one run in the history, and what it may be held beside. */
export interface StoredNumber {
  /** Of the saved result: ascending in the order of saving. */
  readonly baseline: number;
  readonly savedAt: string;
  readonly commit: string | null;
  readonly fingerprint: string;
  readonly scenario: string;
  readonly stack: string;
  readonly title: string;
  /** Null: the record was damaged. */
  readonly configuration: string | null;
  readonly doubtful: 0 | 1;
  /** As in the record, as JSON; null where it was not measured. */
  readonly metric: string | null;
}

/** One metric (`NAME`, or `NAME{phase:PHASE}`) of all runs saved under a name, the oldest first. Reads no documents. */
export function readNumbers(db: Database, name: string, metric: string): readonly StoredNumber[] {
  return db
    .prepare(
      `SELECT baselines.id AS baseline, saved_at AS savedAt, commit_id AS "commit", fingerprint, scenario, stack, title,
              records.configuration, doubtful, metrics -> ? AS metric
       FROM baselines JOIN records ON records.baseline = baselines.id
       WHERE name = ? ORDER BY baselines.id, cell`,
    )
    .all(`$.${JSON.stringify(metric)}`, name) as StoredNumber[];
}
