/** Group commit: one transaction for a turn, each writer answered for itself, patience while others hold the lock. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Writer } from '../../adapters/sqlite/writer.ts';
import { isTestbedError, TestbedError } from '../../core/error.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { createStore, inDirectory } from './sqlite-kit.ts';

const insertInto = (db: Database.Database) => {
  const statement = db.prepare('INSERT INTO t VALUES (?)');
  return (n: number): number => statement.run(n).changes;
};
const rowsOf = (db: Database.Database): unknown[] => db.prepare('SELECT n FROM t ORDER BY n').pluck().all();
const codeOf = (error: unknown): string => (isTestbedError(error) ? error.code : String(error));

test('what is written in one turn is one transaction, and each writer gets its own result', () =>
  inDirectory(async (directory) => {
    const store = createStore(directory);
    const writer = new Writer(store);
    const insert = insertInto(store.db);
    const results = await Promise.all([1, 2, 3].map((n) => writer.write(() => n * insert(n))));
    assert.equal(results, [1, 2, 3]);
    const begun = store.statements.filter((sql) => sql.startsWith('BEGIN'));
    assert.equal(begun, ['BEGIN IMMEDIATE']);
    await writer.write(() => insert(4));
    assert.is(store.statements.filter((sql) => sql === 'COMMIT').length, 2);
    await writer.close();
    store.db.close();
  }));

test('nobody is answered before the commit', () =>
  inDirectory(async (directory) => {
    const store = createStore(directory);
    const writer = new Writer(store);
    const insert = insertInto(store.db);
    const other = new Database(store.file);
    const seen = await Promise.all(
      [1, 2].map((n) => writer.write(() => insert(n)).then(() => rowsOf(other))),
    );
    assert.equal(seen, [
      [1, 2],
      [1, 2],
    ]);
    other.close();
    await writer.close();
    store.db.close();
  }));

test('one that fails is undone alone; the others are committed', () =>
  inDirectory(async (directory) => {
    const store = createStore(directory);
    const writer = new Writer(store);
    const insert = insertInto(store.db);
    const outcomes = await Promise.allSettled([
      writer.write(() => insert(1)),
      writer.write(() => insert(2) + insert(1)),
      writer.write(() => {
        insert(3);
        throw new TestbedError('OUT_OF_RANGE', 'no');
      }),
      writer.write(() => insert(4)),
    ]);
    const codes = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'ok' : codeOf(outcome.reason)));
    assert.equal(codes, ['ok', 'DUPLICATE', 'OUT_OF_RANGE', 'ok']);
    assert.equal(rowsOf(store.db), [1, 4]);
    await writer.close();
    store.db.close();
  }));

test('a full store fails all of its transaction with FULL, keeps what was acknowledged, and recovers', () =>
  inDirectory(async (directory) => {
    const store = createStore(directory);
    store.db.exec('CREATE TABLE big (text TEXT)');
    const writer = new Writer(store);
    const insert = insertInto(store.db);
    const big = store.db.prepare('INSERT INTO big VALUES (?)');
    await writer.write(() => insert(1));
    const pages = store.db.pragma('page_count', { simple: true }) as number;
    store.db.pragma(`max_page_count = ${pages}`);
    const outcomes = await Promise.allSettled([
      writer.write(() => insert(2)),
      writer.write(() => big.run('x'.repeat(100_000))),
    ]);
    assert.equal(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'ok' : codeOf(outcome.reason))),
      ['FULL', 'FULL'],
    );
    assert.equal(rowsOf(store.db), [1]);
    store.db.pragma('max_page_count = 1000000');
    await writer.write(() => insert(3));
    assert.equal(rowsOf(store.db), [1, 3]);
    await writer.close();
    store.db.close();
  }));

test('a commit that fails is a success for nobody, and the next one goes through', () =>
  inDirectory(async (directory) => {
    const store = createStore(directory);
    store.db.exec('CREATE TABLE child (n REFERENCES t (n) DEFERRABLE INITIALLY DEFERRED)');
    const writer = new Writer(store);
    const insert = insertInto(store.db);
    // Only the commit looks whether the parent is there.
    const orphan = store.db.prepare('INSERT INTO child VALUES (99)');
    const outcomes = await Promise.allSettled([
      writer.write(() => insert(1)),
      writer.write(() => orphan.run()),
    ]);
    assert.equal(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    await writer.write(() => insert(2));
    assert.equal(rowsOf(store.db), [2]);
    await writer.close();
    store.db.close();
  }));

test('while another process holds the lock, writers wait, timers fire, and all is written when it lets go', () =>
  inDirectory(async (directory) => {
    const store = createStore(directory, { busyTimeoutMs: 60_000 });
    const writer = new Writer(store);
    const insert = insertInto(store.db);
    const holder = fork(new URL('./sqlite-lock-holder.ts', import.meta.url), [store.file]);
    const gone = once(holder, 'exit');
    await once(holder, 'message');
    let written = false;
    const writes = Promise.all([1, 2].map((n) => writer.write(() => insert(n)))).then(() => {
      written = true;
    });
    for (let tick = 0; tick < 20; tick++) await store.clock.sleep(1);
    assert.not.ok(written);
    holder.send('let go');
    await writes;
    assert.equal(rowsOf(store.db), [1, 2]);
    await gone;
    await writer.close();
    store.db.close();
  }));

test('patience ends: UNAVAILABLE for those who waited that long, and only for them', () =>
  inDirectory(async (directory) => {
    const clock = new FakeClock();
    const store = createStore(directory, { busyTimeoutMs: 200, clock });
    const writer = new Writer(store);
    const insert = insertInto(store.db);
    const holder = new Database(store.file);
    holder.exec('BEGIN IMMEDIATE');
    const first = writer.write(() => insert(1)).then(String, codeOf);
    await clock.advance(150);
    const second = writer.write(() => insert(2)).then(String, codeOf);
    assert.is(await clock.play(first), 'UNAVAILABLE');
    holder.exec('COMMIT');
    assert.is(await clock.play(second), '1');
    assert.equal(rowsOf(store.db), [2]);
    holder.close();
    await writer.close();
    store.db.close();
  }));

test('closed: what was asked for before is written, what comes after is refused', () =>
  inDirectory(async (directory) => {
    const store = createStore(directory);
    const writer = new Writer(store);
    const insert = insertInto(store.db);
    let written = 0;
    const before = writer
      .write(() => insert(1))
      .then((changes) => {
        written = changes;
      });
    const closed = writer.close();
    const after = writer.write(() => insert(2)).then(String, codeOf);
    await closed;
    assert.is(written, 1);
    await before;
    assert.is(await after, 'CLOSED');
    store.db.close();
  }));

test('the trap: a read transaction that turns to writing is refused at once; ours begins by taking the lock', () =>
  inDirectory(async (directory) => {
    const store = createStore(directory);
    const { db } = store;
    const other = new Database(store.file);
    db.pragma('busy_timeout = 60000');
    db.exec('BEGIN');
    assert.equal(rowsOf(db), []);
    other.exec('INSERT INTO t VALUES (1)');
    // It would wait a minute if waiting could help: its snapshot is old, and no lock can change that.
    assert.throws(
      () => db.exec('INSERT INTO t VALUES (2)'),
      (error: { code: string }) => {
        return error.code === 'SQLITE_BUSY_SNAPSHOT';
      },
    );
    db.exec('ROLLBACK');

    const writer = new Writer(store);
    const insert = insertInto(db);
    const otherInsert = insertInto(other);
    const refusal = await writer.write(() => {
      const seen = rowsOf(db).length;
      other.pragma('busy_timeout = 0');
      try {
        otherInsert(3);
        return 'nobody was kept out';
      } catch (error) {
        insert(10 + seen);
        return (error as { code: string }).code;
      }
    });
    assert.is(refusal, 'SQLITE_BUSY');
    assert.equal(rowsOf(db), [1, 11]);
    other.close();
    await writer.close();
    db.close();
  }));

test.run();
