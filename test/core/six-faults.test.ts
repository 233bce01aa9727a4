/** Six faults found in the system whose baseline the seed document measured. Ours must not have them. */
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agentTopic, swarmTopic } from '../../core/topic.ts';
import { codeOf, events, settle, stand, statuses } from './stand.ts';

test('1: fail() with a retry does not deadlock, whatever lock is held', async () => {
  for (const lock of ['per-agent', 'global', 'none'] as const) {
    const { orchestrator, clock, storage } = await stand({
      lock,
      retry: { attempts: 2, baseMs: 100, jitter: 0 },
    });
    await orchestrator.spawn([{ id: 'a' }, { id: 'b' }]);
    for (const attempt of [1, 2]) {
      const failed = await orchestrator.fail('a', `reason ${attempt}`);
      assert.equal([failed.status, failed.error], ['retrying', `reason ${attempt}`], lock);
      await orchestrator.pause('b');
      await orchestrator.resume('b');
      await clock.advance(1000);
      const again = storage.agentRows.get('a');
      assert.equal([again?.status, again?.attempt, again?.error], ['running', attempt, null]);
    }
    assert.is((await orchestrator.fail('a', 'the last')).status, 'failed');
    await clock.advance(100_000);
    assert.is(storage.agentRows.get('a')?.status, 'failed');
    await orchestrator.close();
  }
});

test('2: a status update keeps the agent in its swarm and with its parent', async () => {
  const { orchestrator } = await stand();
  await orchestrator.createSwarm({ id: 's', strategy: 'parallel', size: 2 });
  await orchestrator.spawn([
    { id: 'p', swarmId: 's' },
    { id: 'c', swarmId: 's', parentId: 'p' },
  ]);
  const change = [
    () => orchestrator.pause('c'),
    () => orchestrator.resume('c'),
    () => orchestrator.remember('c', 1),
    () => orchestrator.complete('c'),
  ];
  for (const act of change) {
    const { status, version } = await act();
    const inSwarm = await orchestrator.list({ swarmId: 's' }, { limit: 10 });
    assert.equal(inSwarm.items.map(({ id }) => id).sort(), ['c', 'p']);
    const children = await orchestrator.children('p', { limit: 10 });
    assert.equal(
      children.items.map((child) => [child.id, child.status, child.version]),
      [['c', status, version]],
    );
    assert.is(await orchestrator.count({ status, swarmId: 's', parentId: 'p' }), 1);
  }
});

test('3: terminal states are terminal', async () => {
  const ends = {
    completed: (id: string, one: Awaited<ReturnType<typeof stand>>['orchestrator']) => one.complete(id, 1),
    failed: (id: string, one: Awaited<ReturnType<typeof stand>>['orchestrator']) => one.fail(id, 'why'),
    killed: (id: string, one: Awaited<ReturnType<typeof stand>>['orchestrator']) => one.kill(id),
  };
  const { orchestrator, storage, bus } = await stand({ retry: { attempts: 0 } });
  for (const [status, end] of Object.entries(ends)) {
    await orchestrator.spawn([{ id: status }]);
    await end(status, orchestrator);
    const ended = storage.agentRows.get(status);
    assert.is(ended?.status, status);
    await settle();
    const told = bus.published.length;
    const again = [
      ...Object.values(ends),
      (id: string) => orchestrator.pause(id),
      (id: string) => orchestrator.resume(id),
    ];
    for (const act of again) assert.is(await codeOf(() => act(status, orchestrator)), 'ILLEGAL_TRANSITION');
    await settle();
    assert.is(storage.agentRows.get(status), ended, 'not even rewritten');
    assert.is(bus.published.length, told, 'and nothing announced');
  }
});

test('4: pause and resume keep the session, also across a restart', async () => {
  const first = await stand();
  await first.orchestrator.spawn([{ id: 'a', session: { turn: 0 } }]);
  await first.orchestrator.remember('a', { turn: 3, notes: ['x'] });
  await first.orchestrator.pause('a');
  assert.equal((await first.orchestrator.get('a'))?.session, { turn: 3, notes: ['x'] });
  await first.orchestrator.close();
  await first.clock.advance(1000);
  const second = await stand({}, first);
  assert.is((await second.orchestrator.recover()).paused, 1);
  const resumed = await second.orchestrator.resume('a');
  assert.equal([resumed.status, resumed.session], ['running', { turn: 3, notes: ['x'] }]);
});

test('5: cleanup takes the agent out of storage and cache and closes its subscriptions; destroy does so too', async () => {
  const { orchestrator, storage, clock } = await stand();
  await orchestrator.createSwarm({ id: 's', strategy: 'parallel', size: 1 });
  await orchestrator.spawn([{ id: 'a' }, { id: 'b' }, { id: 'm', swarmId: 's' }]);
  const subscribe = async (id: string, topic: string): Promise<void> => {
    await orchestrator.messages.subscribe(topic, () => {}, { until: id });
    await orchestrator.events.subscribe({ agentId: id }, () => {}, { until: id });
  };
  for (const id of ['a', 'b', 'm']) await subscribe(id, agentTopic(id, 'commands'));
  await subscribe('s', swarmTopic('s'));
  await orchestrator.complete('a');
  await clock.advance(1);
  assert.is(await orchestrator.forgetEnded(), 1);
  assert.equal([...storage.agentRows.keys()], ['b', 'm']);
  assert.is(orchestrator.cached('a'), undefined);
  assert.equal([orchestrator.messages.subscriptions, orchestrator.events.subscriptions], [3, 3]);
  await orchestrator.swarms.destroy('s');
  assert.is(statuses(storage)['m'], 'killed');
  assert.equal([orchestrator.messages.subscriptions, orchestrator.events.subscriptions], [1, 1]);
});

test('6: async delivery is not synchronous, and a rejection is not a delivery', async () => {
  const { orchestrator } = await stand({ events: { delivery: 'async' } });
  let handledInPublish = true;
  let calls = 0;
  const rejecting = await orchestrator.events.subscribe({}, async () => {
    calls++;
    await turn();
    throw new Error('no');
  });
  let ended = false;
  const slow = await orchestrator.events.subscribe({}, async () => {
    await turn();
    await turn();
    ended = true;
  });
  const publishing = orchestrator.events.publish(events(3));
  assert.is(calls, 0, 'nothing in the call itself');
  await publishing;
  handledInPublish = ended;
  assert.is(handledInPublish, false, 'nobody was waited for');
  await settle();
  assert.equal([rejecting.delivered, rejecting.failures], [0, 3]);
  assert.equal([slow.delivered, slow.failures], [3, 0]);
});

test.run();
