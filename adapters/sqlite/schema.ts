/**
 * A database's tables, version by version. `PRAGMA user_version` says how many of these steps a file has had.
 *
 * Bus and storage have a file each. One for both does not write faster, and it lets each wait for the other: with two
 * processes writing to both, the longest waits were several times as long with one file as with two.
 */
export type Schema = readonly string[];

/**
 * Message ids are channel * channelSpan + offset, so that offsets count 1, 2, 3, ... within a channel without gaps:
 * what comes next and how far behind a reader is needs no query, and a row can never turn up behind a reader.
 */
export const channelSpan = 2 ** 40;
export const maxChannels = Math.floor(Number.MAX_SAFE_INTEGER / channelSpan) - 1;

export const busSchema: Schema = [
  `
  CREATE TABLE channels (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

  -- data: the payload; json: 1 when that is JSON text rather than a string.
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, type TEXT NOT NULL, swarm_id TEXT NOT NULL,
    producer INTEGER NOT NULL, sequence INTEGER NOT NULL, at REAL NOT NULL, sent_at REAL NOT NULL,
    data TEXT NOT NULL, json INTEGER NOT NULL
  ) STRICT;

  -- One row per connection that listens. Past alive_until it counts as dead. reads: by channel, the offset up to which
  -- its plain subscriptions have read.
  CREATE TABLE consumers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, alive_until REAL NOT NULL, reads TEXT NOT NULL
  ) STRICT;

  -- position: everything up to here was claimed once. parked: spans below it that nobody holds.
  CREATE TABLE groups (
    id INTEGER PRIMARY KEY, channel INTEGER NOT NULL, name TEXT NOT NULL,
    position INTEGER NOT NULL, parked TEXT NOT NULL, UNIQUE (channel, name)
  ) STRICT;

  -- What a member of a group holds and has not acknowledged.
  CREATE TABLE claims (
    id INTEGER PRIMARY KEY AUTOINCREMENT, group_id INTEGER NOT NULL, consumer INTEGER NOT NULL, spans TEXT NOT NULL
  ) STRICT;
  CREATE INDEX claims_by_group ON claims (group_id);
  `,
];

export const storageSchema: Schema = [
  `
  -- seq: the order of insertion, by which pages go. json: a bit for each of task, session, result that is JSON text
  -- rather than a string (1, 2, 4).
  CREATE TABLE agents (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, status TEXT NOT NULL,
    swarm_id TEXT, parent_id TEXT, owner TEXT, attempt INTEGER NOT NULL,
    created_at REAL NOT NULL, updated_at REAL NOT NULL, task TEXT, session TEXT, result TEXT, error TEXT,
    json INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX agents_by_status ON agents (status);
  CREATE INDEX agents_by_swarm ON agents (swarm_id) WHERE swarm_id IS NOT NULL;
  CREATE INDEX agents_by_parent ON agents (parent_id) WHERE parent_id IS NOT NULL;
  CREATE INDEX agents_by_owner ON agents (owner) WHERE owner IS NOT NULL;

  -- json: bits for task and result (1, 2).
  CREATE TABLE swarms (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, status TEXT NOT NULL,
    strategy TEXT NOT NULL, size INTEGER NOT NULL, created_at REAL NOT NULL, updated_at REAL NOT NULL,
    task TEXT, result TEXT, json INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX swarms_by_status ON swarms (status);

  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, type TEXT NOT NULL, swarm_id TEXT NOT NULL,
    producer INTEGER NOT NULL, sequence INTEGER NOT NULL, at REAL NOT NULL, sent_at REAL NOT NULL,
    data TEXT NOT NULL, json INTEGER NOT NULL
  ) STRICT;

  -- Filled when somebody reads by key, not when events are appended: kept up to date row by row it makes appending
  -- four times as slow, for a look-up that may never come.
  CREATE TABLE events_by_key (key TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, seq)) STRICT, WITHOUT ROWID;
  CREATE TABLE events_indexed (up_to INTEGER NOT NULL) STRICT;
  INSERT INTO events_indexed VALUES (0);
  `,
  `
  -- AUTOINCREMENT: no token is given twice, whoever was forgotten.
  CREATE TABLE lives (
    token INTEGER PRIMARY KEY AUTOINCREMENT, node TEXT NOT NULL, address TEXT,
    beat INTEGER NOT NULL, load INTEGER NOT NULL, stands INTEGER NOT NULL
  ) STRICT;
  `,
];
