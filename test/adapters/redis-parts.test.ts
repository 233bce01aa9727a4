/** The pure parts of the adapters on Redis. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { translate, translateConnect } from '../../adapters/redis/errors.ts';
import { describe } from '../../adapters/redis/link.ts';
import { pack, unpack } from '../../adapters/redis/pack.ts';
import { checkServer, durabilityOf } from '../../adapters/redis/settings.ts';
import { countAt, isBefore, parseOffset } from '../../adapters/redis/streams/position.ts';
import { slotLetters, slotOf } from '../../adapters/redis/streams/slot.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Json, Message } from '../../core/message.ts';

const time = fc.oneof(
  fc.double({ min: 1.1e12, max: 2.1e12, noNaN: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.integer(),
);
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('half \ud83d'));
const anyMessage: fc.Arbitrary<Message> = fc.record({
  key: text,
  type: text,
  swarmId: text,
  producer: fc.nat(),
  sequence: fc.nat(),
  at: time,
  sentAt: time,
  data: fc.oneof(text, fc.jsonValue({ noUnicodeString: false } as never) as fc.Arbitrary<Json>),
});

test('what is packed comes out equal in every field, also through bytes', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 20 }), (messages) => {
      const packed = pack(messages);
      assert.equal(unpack(packed), JSON.parse(JSON.stringify(messages)));
      assert.equal(unpack(Buffer.from(packed).toString()), JSON.parse(JSON.stringify(messages)));
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('a pack that was cut, or is none, is CORRUPT', () => {
  const message = {
    key: 'k',
    type: 't',
    swarmId: '',
    producer: 1,
    sequence: 1,
    at: 1,
    sentAt: 1,
    data: 'payload',
  };
  const packed = pack([message]);
  for (const wrong of [
    packed.slice(0, -1),
    `${packed}x`,
    '',
    'nonsense',
    '{"a":1}\n',
    '[1]\n',
    '[0,[],[1,2,3]]\n',
  ]) {
    assert.throws(
      () => unpack(wrong),
      (error: unknown) => isTestbedError(error, 'CORRUPT'),
      wrong,
    );
  }
});

function reply(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' });
}

const refusals = [
  ["OOM command not allowed when used memory > 'maxmemory'.", 'FULL'],
  ['MISCONF Errors writing to the AOF file: No space left on device', 'FULL'],
  ['NOAUTH Authentication required.', 'INVALID_CONFIG'],
  ['WRONGPASS invalid username-password pair or user is disabled.', 'INVALID_CONFIG'],
  ["NOPERM this user has no permissions to run the 'xadd' command", 'INVALID_CONFIG'],
  ['LOADING Redis is loading the dataset in memory', 'UNAVAILABLE'],
  ["READONLY You can't write against a read only replica.", 'UNAVAILABLE'],
  ['BUSY Redis is busy running a script.', 'UNAVAILABLE'],
  ['NOSCRIPT No matching script.', 'UNAVAILABLE'],
  ['ERR max number of clients reached', 'UNAVAILABLE'],
  ['WRONGTYPE Operation against a key holding the wrong kind of value', 'CORRUPT'],
] as const;

for (const [message, code] of refusals) {
  test(`a refusal is ${code}, read or write: ${message.slice(0, 30)}`, () => {
    for (const intent of ['read', 'write'] as const) {
      const error = translate(reply(message), 'redis', intent);
      assert.ok(isTestbedError(error, code));
      assert.is((error.cause as Error).message, message);
    }
  });
}

const losses = [
  'Reached the max retries per request limit (which is 0). Refer to "maxRetriesPerRequest" option for details.',
  'Connection is closed.',
  'Command aborted due to connection close',
];

for (const message of losses) {
  test(`no answer: unknown for a write, to be asked again for a read: ${message.slice(0, 30)}`, () => {
    assert.ok(isTestbedError(translate(new Error(message), 'redis', 'write'), 'TIMEOUT'));
    assert.ok(isTestbedError(translate(new Error(message), 'redis', 'read'), 'UNAVAILABLE'));
  });
}

test('what was certainly not sent is UNAVAILABLE, and a bug passes as it is', () => {
  const unsent = new Error("Stream isn't writeable and enableOfflineQueue options is false");
  assert.ok(isTestbedError(translate(unsent, 'redis', 'write'), 'UNAVAILABLE'));
  for (const bug of [new TypeError('x is not a function'), reply('ERR wrong number of arguments')])
    assert.is(translate(bug, 'redis', 'write'), bug);
});

test('why a connection cannot be made is said in words', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
  assert.is(translateConnect(refused, 'redis at h:1').message, 'redis at h:1: connection refused');
  assert.is(translateConnect(refused, 'x').code, 'UNAVAILABLE');
  assert.is(translateConnect(reply('WRONGPASS invalid'), 'x').code, 'INVALID_CONFIG');
  const untrusted = Object.assign(new Error('self-signed certificate'), {
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  });
  assert.is(translateConnect(untrusted, 'x').code, 'INVALID_CONFIG');
});

test('a URL is described without its password, and refused when it is none', () => {
  assert.is(describe('redis://user:secret@host:7000/3'), 'redis at host:7000');
  assert.is(describe('rediss://:secret@host'), 'redis at host:6379');
  for (const wrong of [
    'host:6379',
    'http://host',
    'redis://',
    'redis://:secret@host?enableOfflineQueue=true',
  ]) {
    assert.throws(
      () => describe(wrong),
      (error: unknown) => isTestbedError(error, 'INVALID_CONFIG') && !error.message.includes('secret'),
      wrong,
    );
  }
});

const known = { version: '7.0.15', maxmemory: '0', 'maxmemory-policy': 'noeviction' };

const durabilities = [
  ['no', 'no', 'none'],
  ['no', 'always', 'none'],
  ['yes', 'no', 'process-crash'],
  ['yes', 'everysec', 'redis-everysec'],
  ['yes', 'always', 'power-loss'],
] as const;

for (const [appendonly, appendfsync, durability] of durabilities) {
  test(`appendonly ${appendonly}, appendfsync ${appendfsync} is ${durability}, and taken for nothing else`, () => {
    const settings = { ...known, appendonly, appendfsync };
    assert.is(durabilityOf(settings), durability);
    for (const [, , asked] of durabilities) {
      if (asked === durability) checkServer(settings, asked);
      else
        assert.throws(
          () => checkServer(settings, asked),
          (error: unknown) =>
            isTestbedError(error, 'UNSUPPORTED') && error.message.includes(`"${durability}"`),
        );
    }
  });
}

test('a server that does not show its settings can be asked for nothing but none', () => {
  const hidden = { ...known, appendonly: 'unknown', appendfsync: 'unknown' };
  checkServer(hidden, 'none');
  assert.throws(
    () => checkServer(hidden, 'process-crash'),
    (error: unknown) => isTestbedError(error, 'UNSUPPORTED'),
  );
});

test('a server that is too old is refused', () => {
  for (const version of ['6.2.14', '5.0.7'])
    assert.throws(
      () => checkServer({ ...known, version, appendonly: 'no', appendfsync: 'no' }, 'none'),
      (error: unknown) => isTestbedError(error, 'UNSUPPORTED') && error.message.includes(version),
    );
});

test('positions: time goes before count', () => {
  assert.is(countAt('1700000000000-42'), 42);
  assert.ok(isBefore('1-9', '2-1'));
  assert.ok(isBefore('2-1', '2-2'));
  assert.not(isBefore('2-2', '2-2'));
  assert.is(parseOffset('12-3'), '12-3');
  for (const wrong of ['', '12', '12-', '-3', '1-2,3-4', '12-3 ', 'yesterday'])
    assert.throws(
      () => parseOffset(wrong),
      (error: unknown) => isTestbedError(error, 'INVALID_ARGUMENT'),
      wrong,
    );
});

test('slots: printable, of one length, spread out, the same every time', () => {
  const slots = new Set<string>();
  for (let index = 0; index < 10_000; index++) {
    const slot = slotOf(`agent-${index}`);
    assert.match(slot, /^[0-o]{3}$/);
    assert.is(slot.length, slotLetters);
    slots.add(slot);
  }
  // 10,000 keys over 262,144 slots: chance alone puts about 187 together.
  assert.ok(slots.size > 9_700, `${slots.size} slots`);
  assert.is(slotOf('agent-1'), slotOf('agent-1'));
});

test.run();
