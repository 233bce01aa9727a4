/**
 * The bus on Redis Streams where it can go wrong: servers that die, stand still or are full, connections cut,
 * entries trimmed.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Connection } from '../../adapters/adapter.ts';
import { redisBus, redisPubsubBus } from '../../adapters/redis/index.ts';
import { pack } from '../../adapters/redis/pack.ts';
import { slotOf } from '../../adapters/redis/streams/slot.ts';
import type { ProcessServer } from '../../adapters/servers/process-server.ts';
import type { Bus, SubscribeOptions } from '../../core/bus.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import {
  anotherRedis,
  codeOf,
  freshPlace,
  message,
  messages,
  opened,
  startRedis,
  testsOn,
  until,
  withClient,
} from './redis-kit.ts';

const server = await startRedis('process-crash');
const onServer = testsOn(server, test);
const channel = 'events';

const open = async ({ address }: ProcessServer, options: { readonly [name: string]: number } = {}) =>
  opened(await redisBus.open(freshPlace('process-crash', options), address));

/** Subscribes; what it is given, by sequence number, in order. */
async function record({ port }: Connection<Bus>, options: SubscribeOptions = {}) {
  const seen: number[] = [];
  const offsets: string[] = [];
  const subscription = await port.subscribe(channel, options, (batch, offset) => {
    seen.push(...batch.map(({ sequence }) => sequence));
    offsets.push(offset);
  });
  return { seen, offsets, subscription };
}

/**
 * Publishes one message after another until told to stop; which were acknowledged, and with what the others were
 * refused.
 */
function keepPublishing({ port }: Connection<Bus>) {
  const acknowledged: number[] = [];
  const codes = new Set<string>();
  let going = true;
  const done = (async () => {
    for (let sequence = 1; going; sequence++) {
      try {
        await port.publish(channel, [message(sequence)]);
        acknowledged.push(sequence);
      } catch (error) {
        if (!isTestbedError(error)) throw error;
        codes.add(error.code);
        await systemClock.sleep(1);
      }
    }
  })();
  return {
    acknowledged,
    codes,
    async stop() {
      going = false;
      await done;
    },
  };
}

function missing(wanted: readonly number[], seen: readonly number[]): number[] {
  const got = new Set(seen);
  return wanted.filter((sequence) => !got.has(sequence));
}

function twice(seen: readonly number[]): number[] {
  return seen.filter((sequence, index) => seen.indexOf(sequence) !== index);
}

/** Streams of a namespace as the server has them. */
async function entriesOf(
  { address }: ProcessServer,
  bus: Connection<Bus>,
  namespace: string,
): Promise<number> {
  await bus.port.publish(channel, [message(0)]);
  return withClient(address.url, (client) => client.xlen(`${namespace}:bus:${channel}:stream`));
}

onServer(
  'the server is killed and comes back while everything runs: nothing acknowledged is lost or doubled',
  async (own) => {
    const bus = await open(own);
    const plain = await record(bus);
    const group = await record(bus, { group: 'g' });
    const publisher = keepPublishing(bus);
    await until('some', () => publisher.acknowledged.length > 200);
    await own.kill();
    await systemClock.sleep(30);
    await own.start();
    const before = publisher.acknowledged.length;
    await until('some more', () => publisher.acknowledged.length > before + 200);
    await publisher.stop();
    const last = publisher.acknowledged.at(-1) as number;
    await until('delivery', () => plain.seen.includes(last) && group.seen.includes(last));
    assert.equal(missing(publisher.acknowledged, plain.seen), []);
    assert.equal(missing(publisher.acknowledged, group.seen), []);
    assert.equal(twice(plain.seen), []);
    assert.ok([...publisher.codes].every((code) => code === 'UNAVAILABLE' || code === 'TIMEOUT'));
    assert.is(bus.facts['missed'], 0);
    await bus.close();
  },
);

onServer(
  'connections are cut again and again: plain subscribers get each message once, groups at least once, in order',
  async (own) => {
    const bus = await open(own);
    const plain = await record(bus);
    const group = await record(bus, { group: 'g' });
    const publisher = keepPublishing(bus);
    await withClient(own.address.url, async (client) => {
      for (let cut = 0; cut < 15; cut++) {
        await systemClock.sleep(20);
        await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      }
    });
    const before = publisher.acknowledged.length;
    await until('some more', () => publisher.acknowledged.length > before + 20);
    await publisher.stop();
    const last = publisher.acknowledged.at(-1) as number;
    await until('delivery', () => plain.seen.includes(last) && group.seen.includes(last));
    assert.ok(publisher.codes.has('TIMEOUT') || publisher.codes.has('UNAVAILABLE'), 'no cut was felt');
    assert.equal(missing(publisher.acknowledged, plain.seen), []);
    assert.equal(missing(publisher.acknowledged, group.seen), []);
    assert.equal(twice(plain.seen), []);
    assert.equal(
      plain.seen,
      [...plain.seen].sort((a, b) => a - b),
    );
    await bus.close();
  },
);

onServer(
  'Pub/Sub, subscriber cut off for a while: what was published then is lost; on Streams it is not',
  async () => {
    const own = await anotherRedis('none');
    const place = freshPlace('none');
    const [streams, pubsub] = await Promise.all(
      [redisBus, redisPubsubBus].map(async (bus) => opened(await bus.open(place, own.address))),
    );
    if (streams === undefined || pubsub === undefined) return assert.unreachable();
    const [held, pushed] = [await record(streams), await record(pubsub)];
    const publish = async (first: number): Promise<void> => {
      for (const bus of [streams, pubsub]) await bus.port.publish(channel, messages(10, first));
    };
    await publish(1);
    await until('the first', () => held.seen.length === 10 && pushed.seen.length === 10);
    await withClient(own.address.url, async (client) => {
      // Nobody gets in while the publishers, who are in already, go on.
      await client.config('SET', 'maxclients', '1');
      await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await publish(11);
      await client.config('SET', 'maxclients', '1000');
    });
    await until('the subscriber to be back', async () => {
      await pubsub.port.publish(channel, [message(99)]);
      return pushed.seen.includes(99);
    });
    await publish(21);
    await until('the last', () => held.seen.includes(30) && pushed.seen.includes(30));
    assert.equal(missing(range(1, 30), held.seen), []);
    assert.equal(missing(range(1, 30), pushed.seen), range(11, 20));
    await Promise.all([streams.close(), pubsub.close()]);
    await own.close();
  },
);

onServer('the server loses all its data: subscriptions go on with what comes', async () => {
  const own = await anotherRedis('none');
  const bus = opened(await redisBus.open(freshPlace('none'), own.address));
  const plain = await record(bus);
  const group = await record(bus, { group: 'g' });
  for (let from = 1; from <= 500; from += 100) await bus.port.publish(channel, messages(100, from));
  await until('delivery', () => plain.seen.length === 500 && group.seen.length === 500);
  await own.kill();
  await own.start();
  // Fewer than were there before: a subscriber that only compared counts would wait for 500 more.
  await until(
    'to be back',
    async () => (await codeOf(bus.port.publish(channel, messages(20, 501)))) === null,
  );
  await until('delivery', () => plain.seen.length >= 520 && group.seen.length >= 520);
  assert.equal(plain.seen, range(1, 520));
  assert.equal(group.seen, range(1, 520));
  await bus.close();
  await own.close();
});

onServer(
  'the server stands still: an answer that does not come is TIMEOUT, then UNAVAILABLE; it goes on when the server does',
  async (own) => {
    const bus = await open(own, { answerWithinMs: 200 });
    const plain = await record(bus);
    const group = await record(bus, { group: 'g' });
    await bus.port.publish(channel, messages(5));
    await own.pause();
    try {
      assert.is(await codeOf(bus.port.publish(channel, messages(5, 6))), 'TIMEOUT');
      assert.is(await codeOf(bus.port.publish(channel, messages(5, 11))), 'UNAVAILABLE');
    } finally {
      await own.resume();
    }
    await until(
      'to be back',
      async () => (await codeOf(bus.port.publish(channel, messages(5, 16)))) === null,
    );
    await until('delivery', () => plain.seen.includes(20) && group.seen.includes(20));
    assert.equal(missing([...range(1, 5), ...range(16, 20)], plain.seen), []);
    assert.equal(missing([...range(1, 5), ...range(16, 20)], group.seen), []);
    await bus.close();
  },
);

for (const [state, leave] of [
  ['stands still', (own: ProcessServer) => own.pause()],
  ['is gone', (own: ProcessServer) => own.kill()],
] as const) {
  onServer(`close returns when the server ${state}, and answers every publish`, async () => {
    const own = await anotherRedis('none');
    const bus = opened(await redisBus.open(freshPlace('none', { answerWithinMs: 300 }), own.address));
    await record(bus);
    await record(bus, { group: 'g' });
    await leave(own);
    const outcomes = Promise.all(
      range(1, 20).map((from) => codeOf(bus.port.publish(channel, messages(500, from)))),
    );
    await bus.close();
    for (const code of await outcomes)
      assert.ok(code !== null && ['TIMEOUT', 'UNAVAILABLE', 'CLOSED'].includes(code));
    await own.close();
  });
}

onServer(
  'the server is full: FULL, said and not half done; what was acknowledged is delivered meanwhile',
  async () => {
    const own = await anotherRedis('none');
    const bus = opened(
      await redisBus.open(freshPlace('none', { windowMessages: 0, leaseMs: 200 }), own.address),
    );
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seen: { plain: number[]; group: number[] } = { plain: [], group: [] };
    for (const [name, options] of [
      ['plain', {}],
      ['group', { group: 'g' }],
    ] as const) {
      await bus.port.subscribe(channel, options, async (batch) => {
        await released;
        seen[name].push(...batch.map(({ sequence }) => sequence));
      });
    }
    for (let from = 1; from <= 5_000; from += 500) await bus.port.publish(channel, messages(500, from));
    const limit = (bytes: string) =>
      withClient(own.address.url, (client) => client.config('SET', 'maxmemory', bytes));
    await limit('1');
    assert.is(await codeOf(bus.port.publish(channel, messages(1_200, 6_000))), 'FULL');
    release();
    await until('delivery', () => seen.plain.length >= 5_000 && seen.group.length >= 5_000);
    assert.is(await codeOf(bus.port.publish(channel, messages(1_200, 6_000))), 'FULL');
    const late = [
      await record(bus, { from: 'earliest' }),
      await record(bus, { from: 'earliest', group: 'late' }),
    ];
    await until('delivery to who came late', () => late.every((each) => each.seen.includes(5_000)));
    await limit('0');
    await bus.port.publish(channel, messages(10, 5_001));
    await until('delivery', () => seen.plain.length >= 5_010 && seen.group.length >= 5_010);
    assert.equal(seen.plain, range(1, 5_010));
    assert.equal(seen.group, range(1, 5_010));
  },
);

onServer(
  'what everybody has read is cut down to the window; an offset from before it is OUT_OF_RANGE',
  async (own) => {
    const place = freshPlace('process-crash', { windowMessages: 100 });
    const bus = opened(await redisBus.open(place, own.address));
    const plain = await record(bus);
    const group = await record(bus, { group: 'g' });
    for (let sequence = 1; sequence <= 1_000; sequence++) {
      await bus.port.publish(channel, [message(sequence)]);
      if (sequence % 50 === 0)
        await until('delivery', () => plain.seen.length === sequence && group.seen.length === sequence);
    }
    await until('the cut', async () => (await entriesOf(own, bus, place.namespace)) < 200);
    assert.ok((await entriesOf(own, bus, place.namespace)) >= 100);
    assert.is(bus.facts['missed'], 0);
    const after = { after: plain.offsets[5] as string };
    assert.is(await codeOf(bus.port.subscribe(channel, { from: after }, () => {})), 'OUT_OF_RANGE');
    assert.is(
      await codeOf(bus.port.subscribe(channel, { from: after, group: 'new' }, () => {})),
      'OUT_OF_RANGE',
    );
    // A group that is there goes on, whatever `from` says.
    assert.is(await codeOf(bus.port.subscribe(channel, { from: after, group: 'g' }, () => {})), null);
    const late = await record(bus, { from: 'earliest' });
    await until('the window', () => late.seen.length >= 100);
    assert.is(bus.facts['missed'], 0, 'what is not held was not missed by who asks for what is held');
    await bus.close();
  },
);

onServer('nothing is cut that a group with members has not read, and its publishers wait', async (own) => {
  const bus = await open(own, { windowMessages: 0, bufferMessages: 100 });
  let handling = 0;
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const seen: number[] = [];
  await bus.port.subscribe(channel, { group: 'g' }, async (batch) => {
    handling++;
    await released;
    seen.push(...batch.map(({ sequence }) => sequence));
  });
  let acknowledged = 0;
  const published = (async () => {
    for (let from = 1; from <= 1_000; from += 10) {
      await bus.port.publish(channel, messages(10, from));
      acknowledged += 10;
    }
  })();
  await until('a handler call', () => handling === 1);
  await until('publishers to wait', async () => {
    const before = acknowledged;
    await systemClock.sleep(50);
    return acknowledged === before;
  });
  assert.ok(
    acknowledged >= 100 && acknowledged < 300,
    `${acknowledged} acknowledged before publishing was held back`,
  );
  release();
  await published;
  await until('delivery', () => seen.length === 1_000);
  assert.equal(seen, range(1, 1_000));
  assert.is(bus.facts['missed'], 0);
  await bus.close();
});

onServer(
  'a group that nobody is in is not waited for: what it misses is said, to the message',
  async (own) => {
    const warnings: string[] = [];
    const listen = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', listen);
    const bus = await open(own, { windowMessages: 0, bufferMessages: 100, leaseMs: 100 });
    const first = await record(bus, { group: 'g' });
    await bus.port.publish(channel, messages(10));
    await until('the first', () => first.seen.length === 10);
    await first.subscription.close();
    for (let sequence = 11; sequence <= 1_000; sequence++)
      await bus.port.publish(channel, [message(sequence)]);
    const second = await record(bus, { group: 'g' });
    await until('the rest', () => second.seen.includes(1_000));
    const lost = missing(range(11, 1_000), second.seen);
    assert.ok(lost.length > 0, 'nothing was cut');
    assert.ok(lost.length < 990, 'everything was cut');
    assert.is(bus.facts['missed'], lost.length);
    await until('the warnings', () => warnings.length >= 2);
    assert.ok(warnings.some((text) => text.includes('have no members')));
    assert.ok(warnings.some((text) => text.includes('were cut before')));
    process.off('warning', listen);
    await bus.close();
  },
);

onServer(
  'entries trimmed by somebody else, under readers and under what they hold: each missing message is counted',
  async (own) => {
    const place = freshPlace('process-crash');
    const bus = opened(await redisBus.open(place, own.address));
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seen: number[] = [];
    await bus.port.subscribe(channel, { group: 'g' }, async (batch) => {
      await released;
      seen.push(...batch.map(({ sequence }) => sequence));
    });
    await bus.port.publish(channel, messages(3));
    for (let sequence = 4; sequence <= 20; sequence++) await bus.port.publish(channel, [message(sequence)]);
    await withClient(own.address.url, (client) =>
      client.xtrim(`${place.namespace}:bus:${channel}:stream`, 'MAXLEN', 5),
    );
    release();
    await until('the rest', () => seen.includes(20));
    assert.equal(seen.slice(-5), range(16, 20));
    assert.is(bus.facts['missed'], 20 - seen.length);
    await bus.close();
  },
);

onServer('a plain subscriber that finds a hole says how large it is', async (own) => {
  const place = freshPlace('process-crash');
  const bus = opened(await redisBus.open(place, own.address));
  const { seen } = await record(bus);
  await bus.port.publish(channel, messages(10));
  await until('the first', () => seen.length === 10);
  await withClient(own.address.url, async (client) => {
    const prefix = `${place.namespace}:bus:${channel}`;
    const ms = (await client.get(`${prefix}:newest`))?.split('-')[0];
    // As if 40 had been appended and cut again before it could read them, and then one more.
    await client.xadd(`${prefix}:stream`, `${ms}-51`, '1', pack([message(51)]), 'slots', slotOf('key-2'));
  });
  await until('the next', () => seen.includes(51));
  assert.is(bus.facts['missed'], 40);
  await bus.close();
});

onServer(
  'a member that stands still for longer than its lease: others get what it held, and it does not go on by itself',
  async (own) => {
    const options = { leaseMs: 100 };
    const place = freshPlace('process-crash', options);
    // A process that is stopped renews nothing: here its beats are what stops.
    const still: Clock = { ...systemClock, after: () => () => {} };
    const stopped = opened(await redisBus.open({ ...place, clock: still }, own.address));
    const going = opened(await redisBus.open(place, own.address));
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held: number[] = [];
    await stopped.port.subscribe(channel, { group: 'g' }, async (batch) => {
      held.push(...batch.map(({ sequence }) => sequence));
      await released;
    });
    await going.port.publish(channel, messages(10));
    await until('it to hold some', () => held.length === 10);
    const { seen } = await record(going, { group: 'g' });
    await going.port.publish(channel, messages(10, 11));
    await until('delivery to the other', () => seen.length === 20);
    // Order among keys is not promised, only within each.
    for (const rest of range(0, 6)) {
      const ofKey = seen.filter((sequence) => sequence % 7 === rest);
      assert.equal(
        ofKey,
        [...ofKey].sort((a, b) => a - b),
      );
    }
    release();
    await systemClock.sleep(50);
    assert.equal(held, range(1, 10), 'what it acknowledged too late counts for nothing');
    await Promise.all([stopped.close(), going.close()]);
  },
);

onServer(
  'no connection is left: not by a subscription that was refused, not by one that ended, not by close',
  async (own) => {
    const place = freshPlace('process-crash', { windowMessages: 0 });
    const connections = (): Promise<number> =>
      withClient(own.address.url, async (client) => {
        const list = String(await client.call('CLIENT', 'LIST', 'TYPE', 'normal'));
        return list.trim().split('\n').length;
      });
    const before = await connections();
    const bus = opened(await redisBus.open(place, own.address));
    for (const group of [{}, { group: 'g' }]) {
      const none = { ...group, from: { after: 'yesterday' } };
      const gone = { ...group, from: { after: '9999999999999-1' } };
      assert.is(await codeOf(bus.port.subscribe(channel, none, () => {})), 'INVALID_ARGUMENT');
      assert.is(await codeOf(bus.port.subscribe(channel, gone, () => {})), 'OUT_OF_RANGE');
      const { subscription } = await record(bus, group);
      await subscription.close();
    }
    await until('the bus alone', async () => (await connections()) === before + 1);
    await record(bus);
    await record(bus, { group: 'g' });
    assert.is(await connections(), before + 3);
    // Closed while the server is away: nobody may come back with it.
    await own.kill();
    await bus.close();
    await own.start();
    await systemClock.sleep(700);
    assert.is(await connections(), before);
  },
);

onServer('purge removes what is of this namespace, and nothing else', async (own) => {
  const [mine, other] = [await open(own), await open(own)];
  for (const bus of [mine, other]) await bus.port.publish(channel, messages(10));
  const keys = (): Promise<number> => withClient(own.address.url, (client) => client.dbsize());
  const before = await keys();
  await mine.purge?.();
  const between = await keys();
  assert.ok(between < before);
  const { seen } = await record(other, { from: 'earliest' });
  await until('what the other has', () => seen.length === 10);
  await mine.close();
  await other.close();
});

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

test.run();
