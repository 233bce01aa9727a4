import type { Database } from 'better-sqlite3';
import { recordChecksum } from './rows.ts';

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

interface Row extends StoredNumber {
  readonly cell: number;
  readonly metrics: string;
  readonly checksum: number;
}

/**
 * One metric (`NAME`, or `NAME{phase:PHASE}`) of all runs saved under a name, the oldest first. Reads no documents. `damaged`
 * is what is thrown for a row that is not what was written.
 */
export function readNumbers(
  db: Database,
  name: string,
  metric: string,
  damaged: (what: string) => Error,
): readonly StoredNumber[] {
  const rows = db
    .prepare(
      `SELECT baselines.id AS baseline, saved_at AS savedAt, commit_id AS "commit", fingerprint, cell, scenario, stack, title,
              records.configuration, doubtful, metrics, records.checksum, metrics -> ? AS metric
       FROM baselines JOIN records ON records.baseline = baselines.id
       WHERE name = ? ORDER BY baselines.id, cell`,
    )
    .all(`$.${JSON.stringify(metric)}`, name) as Row[];
  return rows.map(({ cell, metrics, checksum, ...number }) => {
    const { baseline, savedAt, scenario, stack, title, configuration, doubtful } = number;
    const row = [baseline, cell, scenario, stack, title, configuration, doubtful, metrics] as const;
    if (recordChecksum(row) === checksum) return number;
    throw damaged(`the numbers of ${title} on ${stack}, saved ${savedAt}, are not those that were written`);
  });
}
