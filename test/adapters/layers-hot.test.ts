/** The hot store: the main storage decides, staleness is bounded, and nothing that is gone is read. On a clock that is told the time. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agent, next } from '../../adapters/conformance/storage/kit.ts';
import { keepHot } from '../../adapters/layers/index.ts';
import type { Agent } from '../../core/agent.ts';
import { TestbedError } from '../../core/error.ts';
import type { AgentRepository, Storage } from '../../core/storage.ts';
import { decorateAgents } from '../doubles/decorate.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { openMemory } from './layers-kit.ts';

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

/** A method whose calls, once it is `shut`, wait until `open`: before they are done, or before they are answered. */
function held<P extends unknown[], T>(call: (...parameters: P) => Promise<T>, when: 'before' | 'after') {
  let gate: Promise<void> | null = null;
  let open = (): void => {};
  return {
    shut: (): void => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      open = resolve;
    },
    open: (): void => open(),
    call: async (...parameters: P): Promise<T> => {
      if (when === 'before') await gate;
      const answer = await call(...parameters);
      if (when === 'after') await gate;
      return answer;
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('hot: while an own write is under way, the agent is read from the main storage', async () => {
  const main = await openMemory();
  const update = held((items: readonly Agent[]) => main.agents.update(items), 'after');
  const slow = decorateAgents(main, () => ({ update: update.call }));
  const options = { name: 'memory', freshMs: 1000, clock: new FakeClock() };
  const { agents } = keepHot(slow, await openMemory(), options).port;
  const second = next(await insertOne(agents), { owner: 'us' });
  update.shut();
  const updating = agents.update([second]);
  await turn();
  assert.equal((await agents.find({ owner: 'us' }, { limit: 5 })).items, [second]);
  assert.equal(await agents.get('a'), second);
  update.open();
  await updating;
});

test('hot: a copy that a write overtook on its way from the main storage is not shelved', async () => {
  const clock = new FakeClock();
  const main = await openMemory();
  const hot = await openMemory();
  const get = held((id: string) => main.agents.get(id), 'after');
  const slow = decorateAgents(main, () => ({ get: get.call }));
  const options = { name: 'memory', freshMs: 1000, clock };
  const { agents } = keepHot(slow, hot, options).port;
  const first = await insertOne(agents);
  const second = next(first, { owner: 'us' });
  await hot.agents.remove(['a']);
  get.shut();
  const reading = agents.get('a');
  await turn();
  clock.elapse(1);
  await agents.update([second]);
  get.open();
  await reading;
  clock.elapse(1);
  assert.equal(await keepHot(main, hot, options).port.agents.get('a'), second, 'as another node reads it');
});

test('hot: a removal waits for the copy that is on its way to the hot store', async () => {
  const hot = await openMemory();
  const insert = held((items: readonly Agent[]) => hot.agents.insert(items), 'before');
  const slow = decorateAgents(hot, () => ({ insert: insert.call }));
  const options = { name: 'memory', freshMs: 1000, clock: new FakeClock() };
  const { agents } = keepHot(await openMemory(), slow, options).port;
  insert.shut();
  const inserting = insertOne(agents);
  await turn();
  const removing = agents.remove(['a']);
  await turn();
  insert.open();
  await Promise.all([inserting, removing]);
  assert.is(await hot.agents.count({}), 0);
});

test.run();
