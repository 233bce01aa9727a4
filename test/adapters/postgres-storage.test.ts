/** What the Postgres storage does under contention: a small pool, locked rows, deadlocks, bad neighbours, late commits. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Pool } from '../../adapters/postgres/pool.ts';
import { schemaOf } from '../../adapters/postgres/schema.ts';
import { systemClock } from '../../core/clock.ts';
import type { Message } from '../../core/message.ts';
import {
  agent,
  codeOf,
  freshPlace,
  message,
  opened,
  openStorage,
  startPostgres,
  testsOn,
  until,
  waiters,
  withClient,
} from './postgres-kit.ts';
import { startProxy } from './postgres-proxy.ts';

const server = await startPostgres('process-crash');
const onServer = testsOn(server, test);

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `agent-${index}`);

/** The same server, with a setting for every session. */
function withSetting(url: string, setting: string): string {
  const changed = new URL(url);
  changed.searchParams.set('options', `-c ${setting}`);
  return changed.href;
}

onServer('a pool of 2 with 50 writers: they wait, and nobody is refused', async ({ address }) => {
  const { port, facts, close } = await openStorage(freshPlace('process-crash', { pool: 2 }), address);
  const pairs = ids(50).map((id) => [agent(`${id}-a`), agent(`${id}-b`)] as const);
  await port.agents.insert(pairs.flat());
  const writers = pairs.map(async ([a, b]) => {
    for (let version = 2; version <= 11; version++) {
      const changed = { version, owner: a.id };
      // One alone, which may share a statement with others, and two at a time, which have one to themselves.
      assert.equal(await port.agents.update([{ ...a, ...changed }]), []);
      assert.equal(
        await port.agents.update([{ ...b, ...changed }, agent(a.id, { version: version + 100 })]),
        [a.id],
      );
      assert.is(await port.agents.count({ owner: a.id }), 2);
    }
  });
  await withClient(address.url, async (client) => {
    await Promise.all(writers);
    const { rows } = await client.query(
      "select count(*)::int as count from pg_stat_activity where application_name = 'testbed storage'",
    );
    assert.ok(rows[0].count <= 2, `${rows[0].count} connections`);
  });
  assert.ok((facts['poolWaits'] as number) > 0, 'waits are counted');
  await close();
});

onServer('a pool of 1 does everything, migrating and removing included', async ({ address }) => {
  const { port, purge, close } = await openStorage(freshPlace('process-crash', { pool: 1 }), address);
  await Promise.all(ids(10).map((id) => port.agents.insert([agent(id)])));
  assert.is((await Promise.all(ids(10).map((id) => port.agents.get(id)))).length, 10);
  await purge?.();
  await close();
});

onServer('nobody waits for a connection that is being opened while another is free', async ({ address }) => {
  const proxy = opened(await startProxy(address.url));
  const options = { size: 3, timeoutMs: 10_000, clock: systemClock, name: 'testbed test' };
  const pool = opened(new Pool({ url: proxy.url, ...options }));
  const one = { name: 'one', text: 'select 1', writes: false };
  await pool.run(one, []);
  proxy.holdNew();
  const answers = await Promise.all([one, one, one].map((statement) => pool.run(statement, [])));
  assert.is(answers.length, 3);
  assert.ok(proxy.held > 0, 'another connection was being opened');
});

onServer('two opposed row locks: natively exactly one deadlock error', async ({ address }) => {
  await withClient(withSetting(address.url, 'deadlock_timeout=50ms'), (one) =>
    withClient(withSetting(address.url, 'deadlock_timeout=50ms'), async (other) => {
      await one.query('create table rows as select n from generate_series(1, 2) as n');
      await one.query('begin');
      await other.query('begin');
      await one.query('update rows set n = n where n = 1');
      await other.query('update rows set n = n where n = 2');
      const outcomes = await Promise.allSettled([
        one.query('update rows set n = n where n = 2').then(() => one.query('commit')),
        other.query('update rows set n = n where n = 1').then(() => other.query('commit')),
      ]);
      const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : null));
      assert.equal(codes.sort(), ['40P01', null].sort());
    }),
  );
});

onServer('two opposed row locks: ours is run again, and nothing is lost', async ({ address }) => {
  const place = freshPlace('process-crash');
  // Whoever waits for the shorter time finds the deadlock, and is the one who loses.
  const ours = { url: withSetting(address.url, 'deadlock_timeout=300ms') };
  const { port, facts, close } = await openStorage(place, ours);
  await port.agents.insert([agent('a'), agent('b')]);
  const { quoted } = schemaOf(place.namespace);
  await withClient(withSetting(address.url, 'deadlock_timeout=1min'), (other) =>
    withClient(address.url, async (observer) => {
      await other.query('begin');
      await other.query(`update ${quoted}.agents set owner = 'other' where id = 'b'`);
      const updated = port.agents.update([agent('a', { version: 2 }), agent('b', { version: 2 })]);
      await until('ours to wait', async () => (await waiters(observer)) > 0);
      await other.query(`update ${quoted}.agents set owner = 'other' where id = 'a'`);
      await other.query('commit');
      assert.equal(await updated, [], 'both are stored');
    }),
  );
  assert.ok((facts['retries'] as number) > 0);
  assert.equal([(await port.agents.get('a'))?.version, (await port.agents.get('b'))?.version], [2, 2]);
  await close();
});

onServer(
  'updates of one turn do not wait for a row that one of them needs and somebody has locked',
  async ({ address }) => {
    const place = freshPlace('process-crash');
    const { port, close } = await openStorage(place, address);
    await port.agents.insert(ids(20).map((id) => agent(id)));
    const { quoted } = schemaOf(place.namespace);
    await withClient(address.url, async (other) => {
      await other.query('begin');
      await other.query(`select from ${quoted}.agents where id = 'agent-7' for update`);
      let isStored = false;
      const updates = ids(20).map((id) => port.agents.update([agent(id, { version: 2 })]));
      const locked = (updates[7] as Promise<unknown>).then(() => {
        isStored = true;
      });
      await Promise.all(updates.filter((_, index) => index !== 7));
      assert.not.ok(isStored);
      await other.query('commit');
      await locked;
    });
    assert.equal((await port.agents.get('agent-7'))?.version, 2);
    await close();
  },
);

onServer(
  'a lock held for longer than a statement may take is UNAVAILABLE, and nothing was changed',
  async ({ address }) => {
    const place = freshPlace('process-crash', { timeoutMs: 150 });
    const { port, close } = await openStorage(place, address);
    await port.agents.insert([agent('a')]);
    const { quoted } = schemaOf(place.namespace);
    await withClient(address.url, async (other) => {
      await other.query('begin');
      await other.query(`select from ${quoted}.agents for update`);
      assert.is(await codeOf(port.agents.update([agent('a', { version: 2 })])), 'UNAVAILABLE');
      await other.query('commit');
    });
    assert.is((await port.agents.get('a'))?.version, 1);
    assert.equal(await port.agents.update([agent('a', { version: 2 })]), []);
    await close();
  },
);

onServer('in one turn a bad request costs nobody else theirs', async ({ address }) => {
  const { port, close } = await openStorage(freshPlace('process-crash'), address);
  await port.agents.insert([agent('taken')]);
  const inserts = ['a', 'taken', 'b', 'with a \0', 'c'].map((id) => codeOf(port.agents.insert([agent(id)])));
  assert.equal(await Promise.all(inserts), [null, 'DUPLICATE', null, 'INVALID_ARGUMENT', null]);
  const updates = ['a', 'gone', 'b', 'a'].map((id) => port.agents.update([agent(id, { version: 2 })]));
  assert.equal(await Promise.all(updates), [[], ['gone'], [], ['a']]);
  const appends = [message(1), { ...message(2), key: 'with a \0' }, message(3)].map((each) =>
    codeOf(port.events.append([each])),
  );
  assert.equal(await Promise.all(appends), [null, 'INVALID_ARGUMENT', null]);
  assert.equal(
    (await port.events.read({}, { limit: 10 })).items.map(({ sequence }) => sequence),
    [1, 3],
  );
  await close();
});

/** So many events go by COPY instead of INSERT. */
const many = 150;

const numbered = (from: number, count: number): Message[] =>
  Array.from({ length: count }, (_, index) => message(from + index));

for (const count of [1, many]) {
  onServer(`pages of events do not pass over what commits late: ${count} at a time`, async ({ address }) => {
    const place = freshPlace('process-crash');
    const { port, close } = await openStorage(place, address);
    const { quoted, lockClass } = schemaOf(place.namespace);
    await withClient(address.url, (late) =>
      withClient(address.url, async (observer) => {
        await late.query('begin');
        await late.query(`with turn as materialized (select pg_advisory_xact_lock(${lockClass}, 1))
        insert into ${quoted}.events (key, type, swarm_id, producer, sequence, at, sent_at, data)
        select 'key', 'error', '', 1, 1, 0, 0, '"late"' from turn`);
        const appended = port.events.append(numbered(2, count));
        await until('the second append to wait its turn', async () => (await waiters(observer)) > 0);
        assert.equal((await port.events.read({}, { limit: 10 })).items, []);
        await late.query('commit');
        await appended;
      }),
    );
    const first = await port.events.read({}, { limit: 1 });
    const second = await port.events.read({}, { limit: many, after: first.next as string });
    assert.equal(
      [...first.items, ...second.items].map(({ sequence }) => sequence),
      numbered(1, count + 1).map(({ sequence }) => sequence),
    );
    await close();
  });
}

onServer(
  'many events at a time come back as they went in, in the order of the calls',
  async ({ address }) => {
    const { port, close } = await openStorage(freshPlace('process-crash'), address);
    const odd = [
      { key: 'ключ \u{1F600}', sequence: Number.MAX_SAFE_INTEGER, producer: 0, at: 0.1, sentAt: 1e300 },
      { key: '\t"\\\n\r,{}', sequence: 0, producer: 2 ** 31, at: -1.5, sentAt: Number.EPSILON },
      { key: '', data: { text: 'null \0 and \u{1F600}', list: [null, true, -0.25] } },
    ].map((each): Message => ({ ...message(1), ...each }));
    const calls = [odd, numbered(1, many), [message(many + 1)], numbered(many + 2, 2 * many), odd];
    await Promise.all(calls.map((events) => port.events.append(events)));
    assert.equal((await port.events.read({}, { limit: 1_000 })).items, calls.flat());
    await close();
  },
);

onServer(
  'many events of which one cannot be stored: none is, and the connection is of use',
  async ({ address }) => {
    const { port, close } = await openStorage(freshPlace('process-crash', { pool: 1 }), address);
    const bad = [...numbered(1, many), { ...message(many + 1), key: 'with a \0' }, ...numbered(1, many)];
    assert.is(await codeOf(port.events.append(bad)), 'INVALID_ARGUMENT');
    const together = [numbered(1, many), bad, numbered(many + 1, many)];
    const codes = await Promise.all(together.map((events) => codeOf(port.events.append(events))));
    assert.equal(codes, [null, 'INVALID_ARGUMENT', null]);
    assert.equal((await port.events.read({}, { limit: 1_000 })).items, numbered(1, 2 * many));
    await close();
  },
);

onServer(
  'many events whose connection ends before they are stored: surely not stored',
  async ({ address }) => {
    const place = freshPlace('process-crash');
    const { port, close } = await openStorage(place, address);
    const { quoted } = schemaOf(place.namespace);
    await withClient(address.url, (other) =>
      withClient(address.url, async (observer) => {
        await other.query('begin');
        await other.query(`lock table ${quoted}.events in share mode`);
        const outcome = codeOf(port.events.append(numbered(1, many)));
        await until('it to have its turn and wait for the table', async () => (await waiters(observer)) > 0);
        await observer.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where query like '%; copy %' and pid <> pg_backend_pid()",
        );
        assert.is(await outcome, 'UNAVAILABLE');
        await other.query('commit');
      }),
    );
    assert.is(await port.events.count(), 0);
    await close();
  },
);

onServer('many events of several who append at once: whole calls, one after another', async ({ address }) => {
  const place = freshPlace('process-crash');
  const opened = await Promise.all([1, 2, 3].map(() => openStorage(place, address)));
  await Promise.all(
    opened.flatMap(({ port }, who) =>
      [1, 2, 3, 4].map((call) =>
        port.events.append(numbered(1, many).map((event) => ({ ...event, key: `${who} ${call}` }))),
      ),
    ),
  );
  const { items } = await (opened[0] as (typeof opened)[0]).port.events.read({}, { limit: 10_000 });
  assert.is(items.length, 3 * 4 * many);
  for (let at = 0; at < items.length; at += many) {
    const call = items.slice(at, at + many);
    assert.is(new Set(call.map(({ key }) => key)).size, 1);
    assert.equal(
      call.map(({ sequence }) => sequence),
      numbered(1, many).map(({ sequence }) => sequence),
    );
  }
  await Promise.all(opened.map(({ close }) => close()));
});

onServer('10,000 agents: spawned, changed, listed by index', async ({ address }) => {
  const { port, close } = await openStorage(freshPlace('process-crash'), address);
  const all = ids(10_000).map((id, index) => agent(id, { swarmId: `swarm-${index % 100}`, owner: 'node' }));
  await port.agents.insert(all);
  const changed = all.slice(0, 4_000).map((each) => ({ ...each, version: 2, status: 'paused' as const }));
  assert.equal(await port.agents.update(changed), []);
  assert.is(await port.agents.count({ status: 'paused' }), 4_000);
  assert.is(await port.agents.count({ owner: 'node', status: 'running' }), 6_000);
  assert.is((await port.agents.find({ swarmId: 'swarm-7' }, { limit: 1_000 })).items.length, 100);
  await close();
});

test.run();
