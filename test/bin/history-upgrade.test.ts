/** A store of an older version is brought up to date, whole or not at all, whatever happens meanwhile. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Baseline, baselineOf } from '../../bin/history/baseline.ts';
import { applicationId, historySchema } from '../../bin/history/schema.ts';
import { withHistory } from '../../bin/history/store.ts';
import { messageOf } from '../../core/error.ts';
import { sampleRecord, sampleResult } from '../reports/sample-record.ts';
import { scratch } from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());

const environment = { fingerprint: 'one machine', commit: 'abc123' };
const records = [
  sampleRecord({ environment, parameters: { agents: 10 } }),
  sampleRecord({
    environment,
    parameters: { agents: 20 },
    findings: [{ verdict: 'INCONCLUSIVE', about: 'generator', detail: 'too slow' }],
  }),
];
const saved = baselineOf(sampleResult(records), {
  name: 'main',
  savedAt: '2026-11-24T10:00:00.000Z',
  branch: 'main',
});

/** As the first version of the store had it. */
function oldStore(name: string, results = 1): string {
  const file = join(folder.path, name);
  const db = new Database(file);
  historySchema[0]?.(db);
  db.pragma(`application_id = ${applicationId}`);
  db.pragma('user_version = 1');
  for (let each = 0; each < results; each++) insertOld(db, saved);
  db.close();
  return file;
}

function insertOld(db: Database.Database, baseline: Baseline): void {
  const { name, savedAt, commit, branch, fingerprint, configuration, result } = baseline;
  const { lastInsertRowid: id } = db
    .prepare('INSERT INTO baselines VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      ...[name, savedAt, commit, branch, fingerprint, configuration, result.directory],
      JSON.stringify(result.index),
    );
  for (const [cell, record] of result.records.entries()) {
    if (record === null) continue;
    const { scenario, stack, metrics } = record;
    db.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)').run(
      ...[id, cell, scenario, stack, JSON.stringify(metrics), gzipSync(JSON.stringify(record))],
    );
  }
}

const read = <T>(file: string, act: Parameters<typeof withHistory<T>>[2]): Promise<T> =>
  withHistory(file, { create: false }, act);
const versionOf = (file: string): unknown => {
  const db = new Database(file, { readonly: true });
  try {
    return db.pragma('user_version', { simple: true });
  } finally {
    db.close();
  }
};

test('nothing is lost, and what a trend asks is there', async () => {
  const file = oldStore('old.db', 3);
  assert.equal(await read(file, (history) => history.all('main')), [saved, saved, saved]);
  assert.is(versionOf(file), historySchema.length);
  const numbers = await read(file, (history) => history.numbers('main', 'errors'));
  assert.equal(
    numbers.slice(0, 2).map(({ title, doubtful, metric }) => [title, doubtful, metric]),
    [
      ['stress agents=10', 0, '{"unit":"count","value":0}'],
      ['stress agents=20', 1, '{"unit":"count","value":0}'],
    ],
  );
  await withHistory(file, { create: false }, (history) => history.save([saved], { append: true }));
  const fresh = await read(file, (history) => history.numbers('main', 'errors'));
  assert.equal(
    fresh.slice(-2).map(({ configuration }) => configuration),
    fresh.slice(0, 2).map(({ configuration }) => configuration),
  );
});

test('a damaged record stays what it is, and costs no other result', async () => {
  const file = oldStore('damaged.db', 2);
  const db = new Database(file);
  db.exec("UPDATE records SET document = x'00' WHERE baseline = 1 AND cell = 1");
  db.close();
  assert.equal(await read(file, (history) => history.latest('main')), saved);
  try {
    await read(file, (history) => history.all('main'));
    assert.unreachable();
  } catch (error) {
    assert.match(messageOf(error), /baseline main: damaged/);
  }
  const numbers = await read(file, (history) => history.numbers('main', 'errors'));
  assert.equal(
    numbers.map(({ configuration }) => configuration !== null),
    [true, false, true, true],
  );
});

/** Runs a module in a process of its own; how it ended, and what it said. */
function nodeRuns(
  code: string,
  under: readonly string[] = [],
): Promise<{ code: number | null; stderr: string }> {
  const [command = '', ...words] = [...under, process.execPath, '--input-type=module', '-e', code];
  return new Promise((done) => {
    const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
    });
    child.on('close', (exit) => done({ code: exit, stderr }));
  });
}

const opening = (file: string): string =>
  `const { withHistory } = await import('${import.meta.resolve('../../bin/history/store.ts')}');
   await withHistory('${file}', { create: false }, (history) => history.facts());`;

test('two processes that open an old store at once bring it up to date once', async () => {
  const file = oldStore('both.db', 20);
  const ended = await Promise.all([nodeRuns(opening(file)), nodeRuns(opening(file))]);
  assert.equal(
    ended.map(({ code }) => code),
    [0, 0],
    ended.map(({ stderr }) => stderr).join(),
  );
  assert.is((await read(file, (history) => history.all('main'))).length, 20);
});

test('where the disk is full meanwhile it stays an old store, with all that was in it', async () => {
  if (process.platform === 'win32') return;
  const file = oldStore('full.db', 20);
  const before = readFileSync(file);
  // The file may not grow, and that of the rollback neither beyond as much.
  const limited = `ulimit -f ${Math.ceil(before.length / 512)}; exec "$@"`;
  const { code, stderr } = await nodeRuns(opening(file), ['/bin/sh', '-c', limited, 'sh']);
  assert.is.not(code, 0);
  assert.match(stderr, /SQLITE_(FULL|IOERR)/);
  assert.is(versionOf(file), 1);
  assert.is((await read(file, (history) => history.all('main'))).length, 20);
});

test('a process that is killed while it saves costs nothing that was there', async () => {
  const file = oldStore('killed.db');
  await read(file, (history) => history.facts());
  // So little of a cache that half a transaction is in the file when the process dies.
  const code = `
    const { openStore } = await import('${import.meta.resolve('../../bin/history/open-store.ts')}');
    const db = await openStore('${file}');
    db.pragma('cache_size = 2');
    db.exec('BEGIN IMMEDIATE; DELETE FROM documents');
    const insert = db.prepare('INSERT INTO documents VALUES (1, ?, zeroblob(20000))');
    for (let cell = 0; cell < 200; cell++) insert.run(cell);
    process.kill(process.pid, 'SIGKILL');`;
  const before = readFileSync(file);
  await nodeRuns(code);
  assert.not.ok(readFileSync(file).equals(before), 'the file was half written');
  assert.equal(await read(file, (history) => history.latest('main')), saved);
});

test.run();
