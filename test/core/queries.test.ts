/** Reads from a copy that is behind: which go there, and what the node decides on all the same. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codeOf, event, type Stand, stand, storedAgent } from './stand.ts';
import { TinyStorage } from './tiny-storage.ts';

const page = { limit: 10 };

/** A node whose copy is as the storage was some time ago, for it never follows. */
async function behind(cacheSize = 100): Promise<Stand & { readonly copy: TinyStorage }> {
  const copy = new TinyStorage();
  return { ...(await stand({ cacheSize }, { copy })), copy };
}

test('what callers look at is asked of the copy, and nothing of it of the storage', async () => {
  const { orchestrator, storage, copy } = await behind();
  copy.agentRows.set('old', storedAgent('old', { swarmId: 'crew' }));
  copy.eventRows.push(event('old'));
  assert.equal((await orchestrator.get('old'))?.version, 5);
  assert.is((await orchestrator.list({ status: 'running' }, page)).items.length, 1);
  assert.is(await orchestrator.count({}), 1);
  assert.is((await orchestrator.children('old', page)).items.length, 0);
  assert.is((await orchestrator.history({ agentId: 'old' }, page)).items.length, 1);
  assert.is((await orchestrator.swarms.list({}, page)).items.length, 0);
  assert.is((await orchestrator.swarms.members('crew', page)).items.length, 1);
  assert.equal(storage.calls, []);
  await orchestrator.close();
});

test('an agent is never older than this node has at hand of it, and never missing because the copy lags', async () => {
  const { orchestrator, copy } = await behind();
  const [agent] = await orchestrator.spawn([{ id: 'new' }]);
  assert.is((await orchestrator.get('new'))?.version, agent?.version);
  copy.agentRows.set('new', storedAgent('new', { version: 1, status: 'spawning' }));
  assert.is((await orchestrator.get('new'))?.status, 'running');
  await orchestrator.pause('new');
  copy.agentRows.set('new', storedAgent('new', { version: 2, status: 'running' }));
  assert.is((await orchestrator.get('new'))?.status, 'paused');
  await orchestrator.close();
});

test('a node that keeps nothing at hand asks the storage for an agent', async () => {
  const { orchestrator, copy } = await behind(0);
  await orchestrator.spawn([{ id: 'new' }]);
  copy.agentRows.set('new', storedAgent('new', { version: 1, status: 'spawning' }));
  assert.is((await orchestrator.get('new'))?.status, 'running');
  await orchestrator.close();
});

test('what was read of a copy is never what a change is decided on', async () => {
  const { orchestrator, storage, copy } = await behind();
  storage.agentRows.set('agent', storedAgent('agent', { version: 9, status: 'killed' }));
  copy.agentRows.set('agent', storedAgent('agent', { version: 5, status: 'running' }));
  assert.is((await orchestrator.get('agent'))?.status, 'running');
  assert.is(await codeOf(() => orchestrator.complete('agent')), 'ILLEGAL_TRANSITION');
  assert.is(storage.agentRows.get('agent')?.version, 9);
  assert.is(orchestrator.stats().conflicts, 0, 'the old version was not even tried');
  await orchestrator.close();
});

test('a version that the copy is the first to know is no licence to write over it', async () => {
  // A copy ahead of the storage: one that was promoted and lost again.
  const { orchestrator, storage, copy } = await behind();
  storage.agentRows.set('agent', storedAgent('agent', { version: 5, status: 'paused' }));
  copy.agentRows.set('agent', storedAgent('agent', { version: 8, status: 'running' }));
  await orchestrator.get('agent');
  await orchestrator.resume('agent');
  assert.is(storage.agentRows.get('agent')?.version, 6);
  await orchestrator.close();
});

test('recovery and the end of a swarm find in the storage what the copy does not know', async () => {
  const storage = new TinyStorage();
  storage.agentRows.set('left', storedAgent('left', { updatedAt: -1 }));
  const first = await stand({}, { storage, copy: new TinyStorage() });
  assert.is((await first.orchestrator.recover()).running, 1);
  await first.orchestrator.createSwarm({ id: 'crew', strategy: 'parallel', size: 1 });
  await first.orchestrator.spawn([{ id: 'member', swarmId: 'crew' }]);
  await first.orchestrator.swarms.destroy('crew');
  assert.is(storage.agentRows.get('member')?.status, 'killed');
  await first.orchestrator.close();
});

test.run();
