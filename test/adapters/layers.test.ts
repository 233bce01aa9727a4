/** What the layers promise beside their port's contract: nothing lost in packing, staleness bounded, conflicts seen. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { oddPayloads } from '../../adapters/conformance/payloads.ts';
import { agent, event, next } from '../../adapters/conformance/storage/kit.ts';
import { Compressor } from '../../adapters/layers/compressor.ts';
import { cacheQueries, compressBus, compressStorage, keepHot } from '../../adapters/layers/index.ts';
import { memoryBus, memoryStorage } from '../../adapters/memory/index.ts';
import type { Agent } from '../../core/agent.ts';
import { TestbedError } from '../../core/error.ts';
import type { Json, Message } from '../../core/message.ts';
import type { AgentRepository, Storage } from '../../core/storage.ts';
import { decorateAgents } from '../doubles/decorate.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

const place = { directory: '/nowhere', namespace: 'test', durability: 'none', options: {} };
const openMemory = async (): Promise<Storage> => (await memoryStorage.open(place)).port;
const megabyte = 1024 * 1024;

for (const algorithm of ['gzip', 'zstd'] as const) {
  test(`${algorithm}: whatever is packed comes back the same, and is smaller`, () => {
    const compressor = new Compressor({ algorithm, aboveBytes: 100 }, megabyte);
    const long = 'Grüße, 世界, \u{1f600} '.repeat(100);
    const payloads: Json[] = [long, `${long}\ud83d`, { list: [long, 1, null] }, [long], `~tb:${long}`];
    for (const payload of payloads) {
      const packed = compressor.pack(payload);
      assert.ok(typeof packed === 'string' && packed.length < 300, `packed to ${packed}`);
      assert.equal(compressor.unpack(packed), payload);
    }
    assert.is(compressor.figures.packed, payloads.length);
    assert.ok(compressor.figures.bytesBefore > 5 * compressor.figures.bytesAfter);
  });
}

test('what is small, or would not become smaller, is left as it is; text that looks packed is not taken for it', () => {
  const compressor = new Compressor({ algorithm: 'zstd', aboveBytes: 100 }, megabyte);
  const noise = Array.from({ length: 150 }, (_, n) =>
    String.fromCharCode(33 + ((n * n * 7 + n * 31) % 93)),
  ).join('');
  for (const payload of ['a'.repeat(100), noise, 7, true, null, { a: 1 }] as const) {
    assert.is(compressor.pack(payload), payload);
    assert.is(compressor.unpack(payload), payload);
  }
  for (const text of ['~tb:', '~tb:zsAAAA', '~tb:=', '~tb:=~tb:gj']) {
    assert.is(compressor.unpack(compressor.pack(text)), text);
  }
  assert.is(compressor.figures.packed, 0);
  assert.is(compressor.pack('a'.repeat(101)) === 'a'.repeat(101), false, 'the first above the bound');
});

test('either algorithm reads what the other packed', () => {
  const gzip = new Compressor({ algorithm: 'gzip', aboveBytes: 10 }, megabyte);
  const zstd = new Compressor({ algorithm: 'zstd', aboveBytes: 10 }, megabyte);
  const text = 'again and '.repeat(50);
  assert.is(zstd.unpack(gzip.pack(text)), text);
  assert.is(gzip.unpack(zstd.pack(text)), text);
});

test('a payload over the limit is refused however small it packs; one that unpacks to more, or to nothing, is CORRUPT', () => {
  const small = new Compressor({ algorithm: 'zstd', aboveBytes: 10 }, 1000);
  assert.throws(() => small.pack('x'.repeat(1001)), coded('INVALID_ARGUMENT'));
  const large = new Compressor({ algorithm: 'zstd', aboveBytes: 10 }, megabyte);
  assert.throws(() => small.unpack(large.pack('x'.repeat(100_000))), coded('CORRUPT'));
  const packed = large.pack('x'.repeat(5000)) as string;
  for (const broken of [packed.slice(0, -6), '~tb:zs', '~tb:xsAAAA', '~tb:', '~tb:zj!!!!']) {
    assert.throws(() => large.unpack(broken), coded('CORRUPT'), broken);
  }
});

test('bus and storage hold the packed form, callers see their own', async () => {
  const text = 'again and '.repeat(1000);
  const options = { algorithm: 'zstd', aboveBytes: 100 } as const;
  const { port: bus, close } = await memoryBus.open(place);
  const layer = compressBus(bus, options, megabyte);
  const got: Message[] = [];
  const bare: Message[] = [];
  await layer.port.subscribe('c', {}, (messages) => void got.push(...messages));
  await bus.subscribe('c', {}, (messages) => void bare.push(...messages));
  const sent = [{ ...event('a', 1), data: text }, event('a', 2)];
  await layer.port.publish('c', sent);
  while (got.length < 2 || bare.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await close();
  assert.equal(got, sent);
  const held = String(bare[0]?.data);
  assert.ok(held.length < 100);
  const facts = layer.facts();
  assert.is(facts['compressedPayloads'], 1);
  assert.is(facts['compressedBytesSaved'], 10_000 - held.length);

  const storage = await openMemory();
  const stored = compressStorage(storage, options, megabyte);
  const session = { notes: [text] };
  await stored.port.agents.insert([agent('a', { session })]);
  await stored.port.events.append(sent);
  assert.equal((await stored.port.agents.get('a'))?.session, session);
  assert.equal((await stored.port.events.read({}, { limit: 5 })).items, sent);
  assert.ok(JSON.stringify(await storage.agents.get('a')).length < 500);
  for (const [what, payload] of oddPayloads) {
    await stored.port.agents.insert([agent(what, { session: payload })]);
    assert.equal((await stored.port.agents.get(what))?.session, payload, what);
  }
});

/** A hot store over a main one, and how often each was asked for an agent. */
async function hotStand(decorate: (hot: Storage) => Storage = (hot) => hot) {
  const clock = new FakeClock();
  const main = await openMemory();
  const hot = await openMemory();
  const asked = { main: 0, hot: 0 };
  const counted = (storage: Storage, name: 'main' | 'hot'): Storage =>
    decorateAgents(storage, (agents) => ({
      get: (id) => {
        asked[name]++;
        return agents.get(id);
      },
    }));
  const through = (): Storage =>
    keepHot(counted(main, 'main'), decorate(counted(hot, 'hot')), { name: 'memory', freshMs: 1000, clock })
      .port;
  return {
    clock,
    main: main.agents,
    hot: hot.agents,
    asked,
    agents: through().agents,
    other: through().agents,
  };
}

async function insertOne(agents: AgentRepository): Promise<Agent> {
  const one = agent('a');
  await agents.insert([one]);
  return one;
}

test('hot: what was written or read is read from the hot store, until it has been believed long enough', async () => {
  const { agents, main, asked, clock } = await hotStand();
  const first = await insertOne(agents);
  assert.equal(await agents.get('a'), first);
  const second = next(first, { status: 'running' });
  await agents.update([second]);
  assert.equal(await agents.get('a'), second);
  assert.is(asked.main, 0);
  // Somebody who does not use the layer.
  await main.update([next(second, { status: 'paused' })]);
  clock.elapse(999);
  assert.equal(await agents.get('a'), second, 'still believed');
  clock.elapse(1);
  assert.is((await agents.get('a'))?.status, 'paused', 'believed no longer');
  assert.is(asked.main, 1);
  assert.is((await agents.get('a'))?.status, 'paused');
  assert.is(asked.main, 1, 'kept again');
});

test('hot: the main storage decides, and a conflict takes the copy down', async () => {
  const { agents, main, asked } = await hotStand();
  const first = await insertOne(agents);
  const theirs = next(first, { owner: 'them' });
  await main.update([theirs]);
  assert.equal(await agents.update([next(first, { owner: 'us' })]), ['a']);
  assert.equal(await agents.get('a'), theirs);
  assert.is(asked.main, 1);
});

test('hot: a write through one node is seen through another at once', async () => {
  const { agents, other, asked, clock } = await hotStand();
  const first = await insertOne(agents);
  assert.equal(await other.get('a'), first);
  clock.elapse(1);
  const second = next(first, { owner: 'other' });
  await other.update([second]);
  assert.equal(await agents.get('a'), second);
  await other.remove(['a']);
  assert.is(await agents.get('a'), undefined);
  assert.is(asked.main, 1, 'only for what is gone');
});

test('hot: a copy read before an own write and shelved by somebody after it is not believed', async () => {
  const { agents, hot, clock } = await hotStand();
  const first = await insertOne(agents);
  const copy = (await hot.get('a')) as Agent;
  clock.elapse(1);
  await agents.update([next(first, { owner: 'us' })]);
  await hot.remove(['a']);
  await hot.insert([copy]);
  assert.is((await agents.get('a'))?.owner, 'us');
});

test('hot: a hot store that fails costs nothing but its speed, and is left alone for a while', async () => {
  let failing = false;
  let calls = 0;
  const flaky = <T>(call: () => Promise<T>): Promise<T> => {
    calls++;
    return failing ? Promise.reject(new TestbedError('UNAVAILABLE', 'gone')) : call();
  };
  const { agents, clock, asked } = await hotStand((hot) =>
    decorateAgents(hot, (own) => ({
      get: (id) => flaky(() => own.get(id)),
      update: (items) => flaky(() => own.update(items)),
      insert: (items) => flaky(() => own.insert(items)),
      remove: (ids) => flaky(() => own.remove(ids)),
    })),
  );
  const first = await insertOne(agents);
  failing = true;
  clock.elapse(1);
  const second = next(first, { owner: 'us' });
  assert.equal(await agents.update([second]), []);
  const before = calls;
  assert.equal(await agents.get('a'), second);
  assert.is(calls, before, 'left alone');
  failing = false;
  clock.elapse(1000);
  assert.equal(await agents.get('a'), second);
  assert.equal(await agents.get('a'), second);
  assert.is(asked.main, 2, 'kept again');
});

test('hot: what nobody touches leaves the hot store', async () => {
  const { agents, hot, clock } = await hotStand();
  await insertOne(agents);
  assert.is(await hot.count({}), 1);
  clock.elapse(1000);
  await agents.insert([agent('b')]);
  assert.equal(
    (await hot.find({}, { limit: 5 })).items.map(({ id }) => id),
    ['b'],
  );
});

test('hot: of own writes that overlap, one answered late leaves no copy of what another has removed', async () => {
  const main = await openMemory();
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const late = decorateAgents(main, (agents) => ({
    update: async (items) => {
      const refused = await agents.update(items);
      await answered;
      return refused;
    },
  }));
  const options = { name: 'memory', freshMs: 1000, clock: new FakeClock() };
  const { agents } = keepHot(late, await openMemory(), options).port;
  const first = await insertOne(agents);
  const updating = agents.update([next(first, { owner: 'us' })]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.is(await agents.remove(['a']), 1);
  answer();
  assert.equal(await updating, []);
  assert.is(await agents.get('a'), undefined);
});

test('query cache: one answer for one question, until its time is up or this process writes', async () => {
  const clock = new FakeClock();
  const main = await openMemory();
  const { port, facts } = cacheQueries(main, { forMs: 1000, entries: 2 }, clock);
  const first = agent('a', { owner: 'us' });
  await port.agents.insert([first]);
  assert.is(await port.agents.count({ owner: 'us' }), 1);
  await main.agents.insert([agent('b', { owner: 'us' })]);
  assert.is(await port.agents.count({ owner: 'us' }), 1, 'as answered before');
  assert.is((await port.agents.find({ owner: 'us' }, { limit: 5 })).items.length, 2, 'another question');
  clock.elapse(1000);
  assert.is(await port.agents.count({ owner: 'us' }), 2, 'its time is up');
  await port.agents.update([next(first, { owner: 'them' })]);
  assert.is(await port.agents.count({ owner: 'us' }), 1, 'own writes are seen at once');
  await port.agents.remove(['a', 'b']);
  assert.is(await port.agents.count({ owner: 'us' }), 0);
  assert.equal([facts()['queryHits'], facts()['queryMisses']], [1, 5]);
});

test('query cache: an answer that a write overtook is not kept, and no more than asked for are', async () => {
  const clock = new FakeClock();
  const main = await openMemory();
  let open = (): void => {};
  const slow = decorateAgents(main, (agents) => ({
    count: async (filter) => {
      const count = await agents.count(filter);
      if (filter.owner === 'slow') await new Promise<void>((resolve) => (open = resolve));
      return count;
    },
  }));
  const { port, facts } = cacheQueries(slow, { forMs: 1000, entries: 2 }, clock);
  const early = port.agents.count({ owner: 'slow' });
  await new Promise((resolve) => setImmediate(resolve));
  await port.agents.insert([agent('a', { owner: 'slow' })]);
  open();
  assert.is(await early, 0);
  const late = port.agents.count({ owner: 'slow' });
  await new Promise((resolve) => setImmediate(resolve));
  open();
  assert.is(await late, 1);
  for (const owner of ['one', 'two', 'three', 'two', 'three', 'one']) await port.agents.count({ owner });
  assert.is(facts()['queryHits'], 2);
});

function coded(code: string): (error: unknown) => boolean {
  return (error) => error instanceof TestbedError && error.code === code;
}

test.run();
