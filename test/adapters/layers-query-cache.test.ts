/** The query cache: how old an answer may be, and what makes it go. On a clock that is told the time. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agent, next } from '../../adapters/conformance/storage/kit.ts';
import { cacheQueries } from '../../adapters/layers/index.ts';
import { decorateAgents } from '../doubles/decorate.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { openMemory } from './layers-kit.ts';

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

test.run();
