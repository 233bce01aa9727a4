/** The parts of the Postgres adapter that need no server. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { redacted } from '../../adapters/postgres/address.ts';
import { shortOf } from '../../adapters/postgres/durability.ts';
import { messagesAfter, messagesIn, type Placed } from '../../adapters/postgres/entries.ts';
import { connectError, statementError } from '../../adapters/postgres/errors.ts';
import { choose, neededAfter, settle } from '../../adapters/postgres/group-state.ts';
import { encode, entryMessages, pack, unpack } from '../../adapters/postgres/packing.ts';
import { schemaOf } from '../../adapters/postgres/schema.ts';
import { lackOf } from '../../adapters/postgres/settings.ts';
import { covers, spansOf, union } from '../../adapters/postgres/spans.ts';
import { isTestbedError } from '../../core/error.ts';
import { message } from './postgres-kit.ts';

test('spans: made of offsets, united, and asked', () => {
  assert.equal(spansOf([1, 2, 3, 7, 9, 10]), [
    [1, 3],
    [7, 7],
    [9, 10],
  ]);
  assert.equal(
    union(
      [
        [5, 6],
        [1, 2],
      ],
      [[3, 3]],
      [[6, 9]],
    ),
    [
      [1, 3],
      [5, 9],
    ],
  );
  assert.equal(
    [2, 4, 5].map((offset) =>
      covers(
        [
          [1, 2],
          [5, 9],
        ],
        offset,
      ),
    ),
    [true, false, true],
  );
});

test('packing: messages come out of their entries as they went in, in order', () => {
  const sent = Array.from({ length: 1_234 }, (_, index) => message(index + 1, `key-${index % 7}`));
  const entries = pack([encode(sent.slice(0, 1)), encode(sent.slice(1, 700)), encode(sent.slice(700))]);
  assert.equal(
    entries.flatMap(({ body }) => unpack(body)),
    sent,
  );
  assert.ok(entries.every(({ count, body }) => count === unpack(body).length && count <= entryMessages));
  assert.ok(
    entries.every(({ body }) => body.length <= 8_000),
    'an entry fits on a page',
  );
});

test('packing: a message larger than a page has an entry to itself', () => {
  const large = { ...message(2), data: 'x'.repeat(20_000) };
  const entries = pack([encode([message(1), large, message(3)])]);
  assert.equal(
    entries.map(({ count }) => count),
    [1, 1, 1],
  );
});

test('entries: the first of them may begin before the position', () => {
  const [entry] = pack([encode([1, 2, 3, 4].map((sequence) => message(sequence)))]);
  const stored = [['104', '4', entry?.body ?? '']] as const;
  const offsets = (list: readonly Placed[]) => list.map((each) => [each.offset, each.message.sequence]);
  assert.equal(offsets(messagesAfter(stored, 102)), [
    [103, 3],
    [104, 4],
  ]);
  assert.equal(
    offsets(
      messagesIn(stored, [
        [101, 101],
        [104, 110],
      ]),
    ),
    [
      [101, 1],
      [104, 4],
    ],
  );
});

const at = (offset: number, key: string): Placed => ({ offset, message: message(offset, key) });
const offsetsOf = (list: readonly Placed[]) => list.map(({ offset }) => offset);

test('groups: of a key that another holds nothing is taken, and what is passed over is parked', () => {
  const fresh = [at(11, 'a'), at(12, 'b'), at(13, 'a'), at(14, 'c')];
  const choice = choose({ position: 10, parked: [], fresh }, new Set(['a']), 100);
  assert.equal(offsetsOf(choice.taken), [12, 14]);
  assert.equal(choice.parked, [
    [11, 11],
    [13, 13],
  ]);
  assert.is(choice.position, 14);
});

test('groups: what was parked goes first, and a limit leaves no gap within a key', () => {
  const parked = [at(3, 'a'), at(5, 'b'), at(6, 'a')];
  const fresh = [at(11, 'b'), at(12, 'c')];
  const choice = choose({ position: 10, parked, fresh }, new Set(), 2);
  assert.equal(offsetsOf(choice.taken), [3, 5]);
  assert.equal(choice.parked, [[6, 6]]);
  assert.is(choice.position, 10, 'nothing fresh was looked at');
});

test('groups: a member reads no further than a bound when all it sees is held', () => {
  const fresh = Array.from({ length: 5_000 }, (_, index) => at(index + 1, 'a'));
  const choice = choose({ position: 0, parked: [], fresh }, new Set(['a']), 100);
  assert.equal(choice.parked, [[1, 1_000]]);
  assert.is(choice.position, 1_000);
});

test('groups: what is answered goes, what is given back or was the dead ones is parked, the rest stays', () => {
  const state = {
    position: 100,
    parked: [[50, 51] as const],
    claims: [
      { member: 'me', turn: 3, spans: [[60, 69] as const] },
      { member: 'me', turn: 4, spans: [[70, 71] as const] },
      { member: 'other', turn: 1, spans: [[80, 89] as const] },
      { member: 'dead', turn: 9, spans: [[52, 55] as const] },
    ],
  };
  const settled = settle(state, 'me', { turn: 3, acknowledged: true }, new Set(['me', 'other']));
  assert.equal(settled, {
    position: 100,
    parked: [
      [50, 55],
      [70, 71],
    ],
    claims: [{ member: 'other', turn: 1, spans: [[80, 89]] }],
  });
  const refused = settle(state, 'me', { turn: 3, acknowledged: false }, new Set(['me', 'other', 'dead']));
  assert.equal(refused.parked, [
    [50, 51],
    [60, 71],
  ]);
  assert.is(neededAfter(state), 49);
  assert.is(neededAfter({ position: 100, parked: [], claims: [] }), 100);
});

const server = (severity: string, code: string): Error =>
  Object.assign(new Error(`message of ${code}`), { severity, code, detail: undefined });

const meanings: readonly (readonly [error: Error, unknown: boolean, code: string])[] = [
  [server('FATAL', '57P01'), false, 'UNAVAILABLE'],
  [server('FATAL', '57P01'), true, 'TIMEOUT'],
  [server('ERROR', '57014'), true, 'UNAVAILABLE'],
  [server('ERROR', '53100'), false, 'FULL'],
  [server('ERROR', '53200'), false, 'FULL'],
  [server('FATAL', '53300'), false, 'UNAVAILABLE'],
  [server('ERROR', '23505'), false, 'DUPLICATE'],
  [server('ERROR', '40P01'), false, 'UNAVAILABLE'],
  [server('ERROR', '42501'), false, 'INVALID_CONFIG'],
  [server('ERROR', '42P01'), false, 'CORRUPT'],
  [server('ERROR', '22021'), false, 'INVALID_ARGUMENT'],
  [server('ERROR', '54000'), false, 'INVALID_ARGUMENT'],
  [new Error('Connection terminated unexpectedly'), true, 'TIMEOUT'],
  [new Error('Connection terminated unexpectedly'), false, 'UNAVAILABLE'],
  [new Error('Client has encountered a connection error and is not queryable'), true, 'UNAVAILABLE'],
];

test('errors: what became of a statement', () => {
  for (const [error, unknown, code] of meanings) {
    const meant = statementError(error, { unknown });
    assert.ok(isTestbedError(meant), error.message);
    assert.is(meant.code, code, error.message);
    assert.is(meant.cause, error);
  }
  const ours = server('ERROR', '42601');
  assert.is(statementError(ours, { unknown: true }), ours, 'a mistake in our own SQL is not translated');
});

const refusals: readonly (readonly [error: Error, code: string])[] = [
  [server('FATAL', '28P01'), 'INVALID_CONFIG'],
  [server('FATAL', '3D000'), 'INVALID_CONFIG'],
  [server('FATAL', '57P03'), 'UNAVAILABLE'],
  [server('FATAL', '53300'), 'UNAVAILABLE'],
  [Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }), 'UNAVAILABLE'],
  [new AggregateError([new Error('connect ECONNREFUSED ::1:1')], ''), 'UNAVAILABLE'],
  [Object.assign(new Error('getaddrinfo ENOTFOUND nowhere'), { code: 'ENOTFOUND' }), 'UNAVAILABLE'],
  [new Error('timeout exceeded when trying to connect'), 'UNAVAILABLE'],
  [new Error('The server does not support SSL connections'), 'INVALID_CONFIG'],
  [
    Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    'INVALID_CONFIG',
  ],
  [new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'), 'INVALID_CONFIG'],
];

test('errors: why there is no connection, without the password', () => {
  for (const [error, code] of refusals) {
    const meant = connectError(error, 'postgres://someone:secret@host:5432/db?sslmode=require');
    assert.ok(isTestbedError(meant), error.message);
    assert.is(meant.code, code, error.message);
    assert.match(meant.message, 'postgres://someone@host:5432/db: ');
    assert.not.match(meant.message, 'secret');
    assert.ok(
      meant.message.length > 'Postgres at postgres://someone@host:5432/db: '.length,
      'a reason is given',
    );
  }
  assert.not.match(redacted('postgres://someone:se/cret@host'), 'cret');
  assert.not.match(redacted('secret'), 'secret');
});

const good = {
  version: '15.4',
  number: 150_004,
  encoding: 'UTF8',
  maxConnections: 100,
  isStandby: false,
  fsync: 'on',
  synchronousCommit: 'on',
  fullPageWrites: 'on',
};

test('settings: what a server must be', () => {
  assert.is(lackOf(good, 'power-loss'), null);
  assert.match(lackOf({ ...good, number: 120_015 }, 'none') ?? '', 'too old');
  assert.match(lackOf({ ...good, isStandby: true }, 'none') ?? '', 'standby');
  assert.match(lackOf({ ...good, encoding: 'LATIN1' }, 'none') ?? '', 'LATIN1');
  assert.match(lackOf({ ...good, fsync: 'off' }, 'power-loss') ?? '', '"power-loss" with fsync = off');
});

test('durability: the setting by which a server falls short', () => {
  const off = { fsync: 'off', synchronousCommit: 'off', fullPageWrites: 'off' };
  assert.is(shortOf('none', off), null);
  assert.is(shortOf('process-crash', off), 'synchronous_commit = off');
  assert.is(shortOf('process-crash', { ...off, synchronousCommit: 'local' }), null);
  assert.is(shortOf('power-loss', { ...good, synchronousCommit: 'off' }), 'synchronous_commit = off');
  assert.is(shortOf('power-loss', { ...good, fullPageWrites: 'off' }), 'full_page_writes = off');
});

test('schemas: every namespace has its own, and a name that Postgres keeps whole', () => {
  const namespaces = ['', 'run', 'Run', 'run 1', 'run"1', 'x'.repeat(80), `${'x'.repeat(80)}y`, 'public'];
  const names = namespaces.map((namespace) => schemaOf(namespace).name);
  assert.is(new Set(names).size, namespaces.length);
  for (const name of names) {
    assert.ok(name.startsWith('testbed'), name);
    assert.ok(Buffer.byteLength(name) <= 63, name);
    assert.not.match(name, '"');
  }
});

test.run();
