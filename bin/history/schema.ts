import type { Database } from 'better-sqlite3';
import { cellFacts } from './cell-facts.ts';
import { unpacked } from './packed.ts';
import { type FactsRow, factsChecksum, type IndexRow, indexChecksum, insertRecord } from './rows.ts';

/**
 * `PRAGMA user_version` says how many of these steps a store has had. A step keeps all that is there: it is done whole or
 * not at all, and never changed once it was released.
 */
export const historySchema: readonly ((db: Database) => void)[] = [makeTables, setDocumentsApart];

/** "tbhi" in the file's header: by it a store is told from any other database. */
export const applicationId = 0x74626869;

function makeTables(db: Database): void {
  db.exec(`
  CREATE TABLE baselines (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, saved_at TEXT NOT NULL,
    commit_id TEXT, branch TEXT, fingerprint TEXT NOT NULL, configuration TEXT NOT NULL,
    directory TEXT NOT NULL, result_index TEXT NOT NULL
  ) STRICT;
  CREATE INDEX baselines_by_name ON baselines (name, id);

  -- cell: its place in the index. metrics: those of the document once more, so that a look over all of history need not
  -- unpack it. document: the whole record, gzip, whose checksum tells a damaged one.
  CREATE TABLE records (
    baseline INTEGER NOT NULL REFERENCES baselines (id) ON DELETE CASCADE, cell INTEGER NOT NULL,
    scenario TEXT NOT NULL, stack TEXT NOT NULL, metrics TEXT NOT NULL, document BLOB NOT NULL,
    PRIMARY KEY (baseline, cell)
  ) STRICT, WITHOUT ROWID;
  `);
}

/** A look over all of history reads neither the documents nor past them, knows which numbers compare, and notices damage. */
function setDocumentsApart(db: Database): void {
  db.exec(`
  -- Of the columns that are read without the index, and of directory and index.
  ALTER TABLE baselines ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE baselines ADD COLUMN index_checksum INTEGER NOT NULL DEFAULT 0;

  ALTER TABLE records RENAME TO records_1;
  CREATE TABLE documents (
    baseline INTEGER NOT NULL REFERENCES baselines (id) ON DELETE CASCADE, cell INTEGER NOT NULL, document BLOB NOT NULL,
    PRIMARY KEY (baseline, cell)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO documents SELECT baseline, cell, document FROM records_1;

  -- title: the scenario with the values of its parameters. configuration: of this cell alone; null where the document was
  -- damaged when this was written. doubtful: 1 where the record says so of its numbers. checksum: of all columns before it.
  CREATE TABLE records (
    baseline INTEGER NOT NULL REFERENCES baselines (id) ON DELETE CASCADE, cell INTEGER NOT NULL,
    scenario TEXT NOT NULL, stack TEXT NOT NULL, title TEXT NOT NULL, configuration TEXT, doubtful INTEGER NOT NULL,
    metrics TEXT NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (baseline, cell)
  ) STRICT, WITHOUT ROWID;
  `);
  sealBaselines(db);
  const one = db.prepare('SELECT * FROM records_1 WHERE baseline = ? AND cell = ?');
  const keys = db.prepare('SELECT baseline, cell FROM records_1').raw().all() as [number, number][];
  for (const [baseline, cell] of keys) {
    const { scenario, stack, metrics, document } = one.get(baseline, cell) as OldRecord;
    const { title, configuration, doubtful } = factsIn(document) ?? { ...unread, title: scenario };
    insertRecord(db, [baseline, cell, scenario, stack, title, configuration, doubtful, metrics]);
  }
  db.exec('DROP TABLE records_1');
}

function sealBaselines(db: Database): void {
  const seal = db.prepare('UPDATE baselines SET checksum = ?, index_checksum = ? WHERE id = ?');
  for (const row of db.prepare('SELECT * FROM baselines').all() as (FactsRow & IndexRow)[])
    seal.run(factsChecksum(row), indexChecksum(row), row.id);
}

interface OldRecord {
  readonly scenario: string;
  readonly stack: string;
  readonly metrics: string;
  readonly document: Buffer;
}

const unread = { configuration: null, doubtful: 1 } as const;

function factsIn(document: Buffer): ReturnType<typeof cellFacts> | null {
  try {
    return cellFacts(JSON.parse(unpacked(document)));
  } catch {
    // It stays as it is; whoever reads that result is told that it is damaged.
    return null;
  }
}
