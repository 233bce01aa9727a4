import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Agent } from '../../core/agent.ts';
import { codeOf, settle, stand, statuses, storedAgent } from './stand.ts';
import { TinyStorage } from './tiny-storage.ts';

/** What a node that was killed left behind. */
function leftBehind(owner = 'main'): TinyStorage {
  const storage = new TinyStorage();
  const leave = (id: string, change: Partial<Agent>): void =>
    void storage.agentRows.set(id, storedAgent(id, { owner, ...change }));
  leave('spawning', { status: 'spawning' });
  leave('running', { session: { step: 4 } });
  leave('paused', { status: 'paused', session: { step: 5 } });
  leave('retrying', { status: 'retrying', attempt: 1, error: 'why', session: { step: 6 } });
  leave('done', { status: 'completed', owner: null });
  leave('foreign', { owner: 'elsewhere' });
  return storage;
}

test('after a restart: nobody is left between two states, sessions are kept, what has ended is left alone', async () => {
  const { orchestrator, storage, bus } = await stand({}, { storage: leftBehind() });
  const seen: Agent[] = [];
  const found = await orchestrator.recover({ each: (agent) => void seen.push(agent) });
  assert.equal(found, { running: 1, paused: 1, restarted: 1, failed: 1, swarms: 0 });
  assert.equal(statuses(storage), {
    spawning: 'failed',
    running: 'running',
    paused: 'paused',
    retrying: 'running',
    done: 'completed',
    foreign: 'running',
  });
  assert.equal(seen.map(({ id, session }) => [id, session]).sort(), [
    ['paused', { step: 5 }],
    ['retrying', { step: 6 }],
    ['running', { step: 4 }],
  ]);
  const retried = storage.agentRows.get('retrying');
  assert.equal([retried?.attempt, retried?.error, retried?.owner], [2, null, 'main']);
  assert.is(storage.agentRows.get('foreign')?.version, 5);
  await settle();
  assert.equal(
    bus.published.map(({ key, type }) => [key, type]),
    [
      ['spawning', 'error'],
      ['retrying', 'turn_start'],
    ],
  );
});

test('a dead node is taken over: its agents are owned here, and it finds newer versions should it still act', async () => {
  const { orchestrator, storage } = await stand({}, { storage: leftBehind('dead'), node: 'heir' });
  assert.equal(await orchestrator.recover(), { running: 0, paused: 0, restarted: 0, failed: 0, swarms: 0 });
  await orchestrator.recover({ owners: ['dead'] });
  for (const id of ['running', 'paused', 'retrying']) {
    assert.is(storage.agentRows.get(id)?.owner, 'heir', id);
    assert.is(storage.agentRows.get(id)?.version, 6);
  }
});

test('twice is once', async () => {
  const { orchestrator, storage, clock } = await stand({}, { storage: leftBehind() });
  await clock.advance(1000);
  await orchestrator.recover();
  const before = new Map(storage.agentRows);
  assert.equal(await orchestrator.recover(), { running: 0, paused: 0, restarted: 0, failed: 0, swarms: 0 });
  assert.equal(storage.agentRows, before);
});

test('what this life of the node is doing is left alone: a spawn under way, a retry that waits', async () => {
  const { orchestrator, storage, clock } = await stand({ retry: { attempts: 1, baseMs: 100, jitter: 0 } });
  await orchestrator.spawn([{ id: 'r' }]);
  await orchestrator.fail('r', 'why');
  let found = {};
  storage.after = async (method) => {
    if (method !== 'agents.insert') return;
    storage.after = () => {};
    found = await orchestrator.recover();
  };
  await orchestrator.spawn([{ id: 'a' }]);
  assert.equal(found, { running: 0, paused: 0, restarted: 0, failed: 0, swarms: 0 });
  assert.equal(statuses(storage), { r: 'retrying', a: 'running' });
  await clock.advance(1000);
  assert.is(storage.agentRows.get('r')?.attempt, 1);
});

test('many are taken page by page', async () => {
  const storage = new TinyStorage();
  for (let count = 0; count < 2500; count++) storage.agentRows.set(`a${count}`, storedAgent(`a${count}`));
  const { orchestrator } = await stand({ batch: 100 }, { storage });
  let seen = 0;
  const found = await orchestrator.recover({ each: () => void seen++ });
  assert.equal([found.running, seen], [2500, 2500]);
});

test('swarms that were being created or scaled are not left so', async () => {
  const first = await stand();
  for (const id of ['c', 's', 'fresh'])
    await first.orchestrator.createSwarm({ id, strategy: 'tree', size: 1 });
  const set = (id: string, status: 'creating' | 'scaling', updatedAt: number): void => {
    const swarm = first.storage.swarmRows.get(id);
    if (swarm) first.storage.swarmRows.set(id, { ...swarm, status, updatedAt });
  };
  set('c', 'creating', 5);
  set('s', 'scaling', 5);
  set('fresh', 'creating', first.clock.now());
  assert.is((await first.orchestrator.recover()).swarms, 2);
  assert.equal(
    [...first.storage.swarmRows.values()].map(({ id, status }) => [id, status]),
    [
      ['c', 'failed'],
      ['s', 'active'],
      ['fresh', 'creating'],
    ],
  );
});

test('an orderly close leaves nobody retrying, and what it leaves can be recovered', async () => {
  const first = await stand({ retry: { attempts: 1, baseMs: 60_000 } });
  await first.orchestrator.spawn([{ id: 'a' }, { id: 'b' }]);
  await first.orchestrator.fail('a', 'why');
  assert.is(first.orchestrator.stats().retrying, 1);
  await first.orchestrator.close();
  assert.equal(statuses(first.storage), { a: 'running', b: 'running' });
  await first.clock.advance(1);
  const second = await stand({}, first);
  assert.is((await second.orchestrator.recover()).running, 2);
  assert.is(await codeOf(() => second.orchestrator.complete('a')), 'none');
});

test.run();
