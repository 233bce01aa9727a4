/** `PRAGMA user_version` says how many of these steps a store has had; what is in an older one is kept. */
export const historySchema: readonly string[] = [
  `
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
  `,
];

/** "tbhi" in the file's header: by it a store is told from any other database. */
export const applicationId = 0x74626869;
