/** What is read back from an open file, and what is said of one that cannot be used. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { translate } from '../../adapters/sqlite/errors.ts';
import { sqliteBus, sqliteStorage } from '../../adapters/sqlite/index.ts';
import { isTestbedError } from '../../core/error.ts';
import { inDirectory, placeIn } from './sqlite-kit.ts';

const codeOf = (error: unknown): string => (isTestbedError(error) ? error.code : String(error));

for (const [durability, synchronous] of [
  ['none', 'OFF'],
  ['process-crash', 'OFF'],
  ['sqlite-normal', 'NORMAL'],
  ['power-loss', 'FULL'],
] as const) {
  test(`durability ${durability} is synchronous ${synchronous}, as read back`, () =>
    inDirectory(async (directory) => {
      for (const adapter of [sqliteBus, sqliteStorage]) {
        const { facts, close } = await adapter.open(placeIn(directory, { durability }));
        assert.is(facts['synchronous'], synchronous);
        assert.is(facts['journalMode'], 'wal');
        assert.match(String(facts['sqlite']), /^3\.\d+\.\d+$/);
        assert.type(facts['blockingWaitMs'], 'number');
        await close();
      }
    }));
}

test('every durability of the traits can be opened', () =>
  inDirectory(async (directory) => {
    for (const durability of sqliteStorage.traits.durability) {
      await (await sqliteStorage.open(placeIn(directory, { durability }))).close();
    }
  }));

for (const [native, code] of [
  ['SQLITE_BUSY', 'UNAVAILABLE'],
  ['SQLITE_BUSY_SNAPSHOT', 'UNAVAILABLE'],
  ['SQLITE_LOCKED', 'UNAVAILABLE'],
  ['SQLITE_FULL', 'FULL'],
  ['SQLITE_IOERR_WRITE', 'UNAVAILABLE'],
  ['SQLITE_IOERR_FSYNC', 'TIMEOUT'],
  ['SQLITE_CANTOPEN', 'UNAVAILABLE'],
  ['SQLITE_READONLY_DBMOVED', 'UNAVAILABLE'],
  ['SQLITE_CORRUPT_VTAB', 'CORRUPT'],
  ['SQLITE_NOTADB', 'CORRUPT'],
  ['SQLITE_TOOBIG', 'INVALID_ARGUMENT'],
  ['SQLITE_CONSTRAINT_UNIQUE', 'DUPLICATE'],
] as const) {
  test(`${native} is ${code}, with the original as its cause`, () => {
    const error = new Database.SqliteError('it says why', native);
    const translated = translate(error, 'file.db');
    assert.is(codeOf(translated), code);
    assert.is((translated as Error).cause, error);
    assert.match((translated as Error).message, /file\.db.*it says why/);
  });
}

test('what is a bug of ours stays what it is', () => {
  for (const error of [
    new Database.SqliteError('no such column', 'SQLITE_ERROR'),
    new TypeError('undefined'),
  ]) {
    assert.is(translate(error, 'file.db'), error);
  }
});

test('a file that is no database is CORRUPT', () =>
  inDirectory(async (directory) => {
    writeFileSync(
      join(directory, 'storage.db'),
      'this is no database, and long enough to be seen to be none'.repeat(50),
    );
    assert.is(await sqliteStorage.open(placeIn(directory)).then(() => 'opened', codeOf), 'CORRUPT');
  }));

test('tables of a newer version are left alone', () =>
  inDirectory(async (directory) => {
    await (await sqliteStorage.open(placeIn(directory))).close();
    const db = new Database(join(directory, 'storage.db'));
    db.pragma('user_version = 99');
    db.close();
    assert.is(await sqliteStorage.open(placeIn(directory)).then(() => 'opened', codeOf), 'UNSUPPORTED');
  }));

test('stored JSON that was damaged is CORRUPT, not something else', () =>
  inDirectory(async (directory) => {
    const { port, close } = await sqliteStorage.open(placeIn(directory));
    const event = { key: 'a', type: 'error', swarmId: '', producer: 1, sequence: 1, at: 0, sentAt: 0 };
    await port.events.append([{ ...event, data: { fine: true } }]);
    const db = new Database(join(directory, 'storage.db'));
    db.exec(`UPDATE events SET data = '{"fine":'`);
    db.close();
    assert.is(await port.events.read({}, { limit: 1 }).then(() => 'read', codeOf), 'CORRUPT');
    await close();
  }));

test('two that open a new file at once both get their tables', () =>
  inDirectory(async (directory) => {
    const opened = await Promise.all([1, 2, 3].map(() => sqliteStorage.open(placeIn(directory))));
    for (const { port } of opened) assert.is(await port.agents.count({}), 0);
    await Promise.all(opened.map(({ close }) => close()));
  }));

test.run();
