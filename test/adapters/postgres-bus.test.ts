/** What the Postgres bus promises where a simpler one would not: late commits, lost notifications, appends that come late. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Connection } from '../../adapters/adapter.ts';
import { postgresBus } from '../../adapters/postgres/index.ts';
import { encode, pack } from '../../adapters/postgres/packing.ts';
import { schemaOf } from '../../adapters/postgres/schema.ts';
import type { Bus } from '../../core/bus.ts';
import type { Message } from '../../core/message.ts';
import {
  codeOf,
  freshPlace,
  message,
  openBus,
  startPostgres,
  testsOn,
  until,
  waiters,
  withClient,
} from './postgres-kit.ts';
import { startProxy } from './postgres-proxy.ts';

const server = await startPostgres('process-crash');
const onServer = testsOn(server, test);
const channel = 'channel';

/** Subscribes and remembers the sequence numbers that came. */
async function record({ port }: Connection<Bus>, from: 'latest' | 'earliest' = 'latest', group?: string) {
  const seen: number[] = [];
  const how = group === undefined ? { from } : { from, group };
  await port.subscribe(channel, how, (batch) => {
    for (const { sequence } of batch) seen.push(sequence);
  });
  return seen;
}

function numbered(first: number, count: number): Message[] {
  return Array.from({ length: count }, (_, index) => message(first + index));
}

onServer(
  'the trap: who reads a sequence with "id > last" never sees what commits late',
  async ({ address }) => {
    await withClient(address.url, (late) =>
      withClient(address.url, async (other) => {
        await other.query('create table naive (id bigserial primary key, what text)');
        await late.query('begin');
        await late.query("insert into naive (what) values ('late')");
        await other.query("insert into naive (what) values ('early')");
        const read = async (last: number): Promise<{ id: string; what: string }[]> =>
          (await other.query('select id, what from naive where id > $1 order by id', [last])).rows;
        const seen = await read(0);
        await late.query('commit');
        seen.push(...(await read(Number(seen.at(-1)?.id))));
        assert.equal(
          seen.map(({ what }) => what),
          ['early'],
          'both are committed, and one was never read',
        );
      }),
    );
  },
);

onServer(
  'an append that commits late is read all the same, and before what was published after it',
  async ({ address }) => {
    const place = freshPlace('process-crash');
    const bus = await openBus(place, address);
    const seen = await record(bus);
    const { quoted } = schemaOf(place.namespace);
    const [entry] = pack([encode([message(1)])]);
    await withClient(address.url, (late) =>
      withClient(address.url, async (observer) => {
        await late.query('begin');
        await late.query(`select ${quoted}.bus_append(1, 'late', 0, $1, $2)`, [
          [entry?.count],
          [entry?.body],
        ]);
        let isHeld = false;
        const published = bus.port.publish(channel, [message(2)]).then(() => {
          isHeld = true;
        });
        await until('the second append to wait its turn', async () => (await waiters(observer)) > 0);
        assert.not.ok(isHeld);
        assert.equal(seen, []);
        await late.query('commit');
        await published;
      }),
    );
    await until('delivery of both', () => seen.length >= 2);
    assert.equal(seen, [1, 2]);
    await bus.close();
  },
);

onServer('a long transaction of somebody else holds nobody up', async ({ address }) => {
  const bus = await openBus(freshPlace('process-crash'), address);
  const seen = await record(bus);
  await withClient(address.url, async (other) => {
    await other.query('begin');
    await other.query('create table unrelated ()');
    await bus.port.publish(channel, numbered(1, 3));
    await until('delivery', () => seen.length >= 3);
    await other.query('rollback');
  });
  await bus.close();
});

onServer('what is announced while nobody listens is lost by NOTIFY, and not by us', async ({ address }) => {
  // Nobody asks by himself in the time that this takes.
  const place = freshPlace('process-crash', { pollMs: 60_000 });
  const [here, there] = [await openBus(place, address), await openBus(place, address)];
  const seen = await record(here);
  const heard: string[] = [];
  await withClient(address.url, async (other) => {
    const drop = (): Promise<unknown> =>
      other.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and query ilike 'listen%'",
      );
    await withClient(address.url, async (naive) => {
      naive.on('notification', ({ payload }) => heard.push(payload ?? ''));
      await naive.query('listen naive');
      await drop();
    });
    await other.query("select pg_notify('naive', 'lost')");
    for (let first = 1; first <= 30; first += 3) {
      await there.port.publish(channel, numbered(first, 3));
      if (first === 10) await drop();
    }
  });
  await until('delivery', () => seen.length >= 30);
  assert.equal(
    seen,
    numbered(1, 30).map(({ sequence }) => sequence),
  );
  assert.equal(heard, []);
  await Promise.all([here.close(), there.close()]);
});

onServer(
  'those that find each other wake each other, and then announce only what they publish',
  async ({ address }) => {
    const place = freshPlace('process-crash', { pollMs: 60_000 });
    const buses = [
      await openBus(place, address),
      await openBus(place, address),
      await openBus(place, address),
    ];
    const seen = await Promise.all(buses.map((bus) => record(bus)));
    let sequence = 0;
    const round = async (): Promise<void> => {
      // The last that came, whom nobody has told anything yet, is the first to publish.
      for (const { port } of [...buses].reverse()) {
        await port.publish(channel, [message(++sequence)]);
        await until(`message ${sequence} everywhere`, () => seen.every((each) => each.includes(sequence)));
      }
    };
    await round();
    const heard = await withClient(address.url, async (client) => {
      const payloads: string[] = [];
      client.on('notification', ({ payload = '' }) => payloads.push(payload));
      await client.query(`listen ${schemaOf(place.namespace).quoted}`);
      for (let rounds = 0; rounds < 3; rounds++) await round();
      return payloads;
    });
    assert.match([...new Set(heard)].join(), /^\d+$/, 'the number of the channel');
    assert.ok(heard.length <= 9, `${heard.length} announcements of 9 publishes`);
  },
);

onServer('an append that was given up never comes after what was published later', async ({ address }) => {
  const place = freshPlace('process-crash', { timeoutMs: 1_500 });
  const proxy = await startProxy(address.url);
  const bus = await openBus(place, { url: proxy.url });
  await bus.port.publish(channel, [message(1)]);
  proxy.hold();
  assert.is(await codeOf(bus.port.publish(channel, [message(2)])), 'TIMEOUT', 'nobody knows');
  assert.ok(proxy.held > 0, 'it is on its way');
  await until(
    'a connection that passes',
    async () => (await codeOf(bus.port.publish(channel, [message(3)]))) === null,
  );
  proxy.release();
  await withClient(address.url, (client) =>
    until('the late append to be answered', async () => {
      const { rows } = await client.query(
        "select count(*)::int as count from pg_stat_activity where state = 'active' and pid <> pg_backend_pid()",
      );
      return rows[0].count === 0;
    }),
  );
  await bus.port.publish(channel, [message(4)]);
  await bus.close();
  const after = await openBus(place, address);
  const seen = await record(after, 'earliest');
  await until('the last', () => seen.includes(4));
  assert.equal(seen, [1, 3, 4]);
  await after.close();
  proxy.close();
});

onServer(
  'of what is pruned only so much is kept, and nothing that a group has not read',
  async ({ address }) => {
    const bus = await openBus(freshPlace('process-crash', { retainMessages: 100 }), address);
    const reading = await bus.port.subscribe(channel, { group: 'g', from: 'earliest' }, () => {});
    await reading.close();
    const first = await record(bus);
    for (let from = 1; from <= 500; from += 10) await bus.port.publish(channel, numbered(from, 10));
    await until('delivery', () => first.length >= 500);
    const ofGroup = await record(bus, 'latest', 'g');
    await until('the group to have read it', () => ofGroup.length >= 500);
    assert.equal(ofGroup, first, 'it went on where it was');
    for (let from = 501; from <= 1_000; from += 10) await bus.port.publish(channel, numbered(from, 10));
    await until('the group to have read the rest', () => ofGroup.length >= 1_000);
    await bus.port.publish(channel, numbered(1_001, 10));
    await until('pruning', async () => {
      const late: number[] = [];
      const subscription = await bus.port.subscribe(channel, { from: 'earliest' }, (batch) => {
        for (const { sequence } of batch) late.push(sequence);
      });
      await until('replay', () => late.includes(1_010));
      await subscription.close();
      return (late[0] as number) > 1 && late.length >= 100;
    });
    assert.is(await codeOf(bus.port.subscribe(channel, { from: { after: '1' } }, () => {})), 'OUT_OF_RANGE');
    await bus.close();
  },
);

onServer(
  'groups: a few large messages whose key is held do not hide what comes behind them',
  async ({ address }) => {
    const bus = await openBus(freshPlace('process-crash'), address);
    const seen: number[] = [];
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isHeld = false;
    const handler = async (batch: readonly Message[]): Promise<void> => {
      if (!isHeld) {
        isHeld = true;
        await released;
      }
      for (const { sequence } of batch) seen.push(sequence);
    };
    await bus.port.subscribe(channel, { group: 'g' }, handler);
    await bus.port.subscribe(channel, { group: 'g' }, handler);
    await bus.port.publish(channel, [message(1, 'held')]);
    await until('the first to be held', () => isHeld);
    const large = Array.from({ length: 8 }, (_, index) => ({
      ...message(index + 2, 'held'),
      data: 'x'.repeat(90_000),
    }));
    await bus.port.publish(channel, [...large, message(10, 'free')]);
    await until('the one behind', () => seen.includes(10));
    assert.equal(seen, [10]);
    release();
    await until('the rest', () => seen.length >= 10);
    assert.equal(seen.slice(1), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await bus.close();
  },
);

onServer('a bad publish costs nobody else theirs', async ({ address }) => {
  const bus = await openBus(freshPlace('process-crash'), address);
  const seen = await record(bus);
  const large = { ...message(2), data: 'x'.repeat(postgresBus.traits.maxPayloadBytes) };
  const codes = await Promise.all(
    [[message(1)], [large], [message(3)]].map((batch) => codeOf(bus.port.publish(channel, batch))),
  );
  assert.equal(codes, [null, 'INVALID_ARGUMENT', null]);
  await until('delivery', () => seen.length >= 2);
  assert.equal(seen, [1, 3]);
  await bus.close();
});

test.run();
