import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TestbedError } from '../../core/error.ts';
import * as core from '../../core/index.ts';
import type { OrchestratorOptions } from '../../core/options.ts';
import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { codeOf, event, settle, stand, statuses, storedAgent } from './stand.ts';

test('is what scenarios drive', async () => {
  const { orchestrator } = await stand();
  const sut: SystemUnderTest = orchestrator;
  assert.is(await sut.createSwarm?.({ id: 's', strategy: 'tree', size: 2 }), 's');
  const [agent] = await sut.spawn([{ id: 'a', swarmId: 's', parentId: null, task: 1 }]);
  assert.is(agent?.id, 'a');
  await sut.close();
});

test('the library has what its users need', () => {
  const { createOrchestrator, AgentEventBus, MessageBus, agentTopic, performanceMonitor, systemClock } = core;
  for (const one of [createOrchestrator, AgentEventBus.open, MessageBus.open, agentTopic, core.createRandom])
    assert.type(one, 'function');
  assert.type(performanceMonitor.start, 'function');
  assert.type(systemClock.now(), 'number');
});

test('kill: children only when asked, then all descendants, also in a circle', async () => {
  const { orchestrator, storage } = await stand({ batch: 2 });
  const family = [
    { id: 'root' },
    { id: 'c1', parentId: 'root' },
    { id: 'c2', parentId: 'root' },
    { id: 'c3', parentId: 'root' },
    { id: 'g1', parentId: 'c1' },
    { id: 'gg1', parentId: 'g1' },
    { id: 'loop1', parentId: 'loop2' },
    { id: 'loop2', parentId: 'loop1' },
    { id: 'other' },
  ];
  await orchestrator.spawn(family);
  await orchestrator.complete('c2');
  await orchestrator.kill('g1');
  assert.is(statuses(storage)['gg1'], 'running');
  await orchestrator.kill('root', { cascade: true });
  await orchestrator.kill('loop1', { cascade: true });
  assert.equal(statuses(storage), {
    root: 'killed',
    c1: 'killed',
    c2: 'completed',
    c3: 'killed',
    g1: 'killed',
    gg1: 'killed',
    loop1: 'killed',
    loop2: 'killed',
    other: 'running',
  });
});

test('a cascade works under every lock', async () => {
  for (const lock of ['none', 'per-agent', 'global'] as const) {
    const { orchestrator, storage } = await stand({ lock });
    await orchestrator.spawn([{ id: 'p' }, { id: 'c', parentId: 'p' }]);
    await orchestrator.kill('p', { cascade: true });
    assert.equal(statuses(storage), { p: 'killed', c: 'killed' }, lock);
  }
});

test('locks: global lets one change through at a time, per-agent one of each agent, none all', async () => {
  for (const [lock, most, ofOne] of [
    ['global', 1, 1],
    ['per-agent', 3, 1],
    ['none', 6, 2],
  ] as const) {
    const { orchestrator, storage } = await stand({ lock });
    await orchestrator.spawn([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    let inside: string[] = [];
    let mostInside = 0;
    let mostOfOne = 0;
    storage.before = async (method, [item]) => {
      if (method !== 'agents.update') return;
      inside.push(item?.id as string);
      mostInside = Math.max(mostInside, inside.length);
      mostOfOne = Math.max(mostOfOne, inside.filter((id) => id === 'a').length);
      await settle(3);
      inside = inside.filter((_, index) => index !== inside.indexOf(item?.id as string));
    };
    await Promise.all(['a', 'b', 'c', 'a', 'b', 'c'].map((id, index) => orchestrator.remember(id, index)));
    assert.equal([mostInside, mostOfOne], [most, ofOne], lock);
  }
});

test('lists and counts by status, swarm, parent and owner, in pages', async () => {
  const { orchestrator } = await stand({}, { node: 'n' });
  await orchestrator.spawn(Array.from({ length: 7 }, (_, index) => ({ id: `a${index}`, parentId: 'p' })));
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await orchestrator.list(
      { status: 'running', owner: 'n' },
      { limit: 3, ...(after && { after }) },
    );
    ids.push(...page.items.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  assert.is(new Set(ids).size, 7);
  assert.is(await orchestrator.count({ parentId: 'p' }), 7);
  assert.is((await orchestrator.children('p', { limit: 100 })).items.length, 7);
});

test('events of the lifecycle: who, in which swarm, numbered by this node', async () => {
  const { orchestrator, bus } = await stand({ producer: 9 });
  await orchestrator.createSwarm({ id: 's', strategy: 'parallel', size: 1 });
  await orchestrator.spawn([{ id: 'a', swarmId: 's' }, { id: 'b' }, { id: 'c' }]);
  await orchestrator.complete('a', 42);
  await orchestrator.kill('b');
  await orchestrator.fail('c', 'why');
  await orchestrator.emit([{ type: 'thinking_delta', agentId: 'a', data: 'hm' }]);
  await settle();
  assert.equal(
    bus.published
      .map(({ type, key, swarmId, producer, data }) => [type, key, swarmId, producer, data])
      .slice(3)
      .sort(),
    [
      ['agent_complete', 'a', 's', 9, { status: 'completed', attempt: 0 }],
      ['agent_complete', 'b', '', 9, { status: 'killed', attempt: 0 }],
      ['error', 'c', '', 9, { status: 'failed', attempt: 0, error: 'why' }],
      ['thinking_delta', 'a', '', 9, 'hm'],
    ],
  );
  const numbers = bus.published.map(({ sequence }) => sequence);
  assert.is(new Set(numbers).size, 7);
});

test('messages are sent to topics only', async () => {
  const { orchestrator } = await stand();
  const got: unknown[] = [];
  await orchestrator.messages.subscribe(
    'agent.*.commands',
    (batch) => void got.push(...batch.map(({ data }) => data)),
  );
  await orchestrator.send([
    { topic: core.agentTopic('a', 'commands'), type: 'command', data: 'go' },
    { topic: core.alertsTopic, type: 'alert' },
  ]);
  await settle();
  assert.equal(got, ['go']);
  assert.is(
    await codeOf(() => orchestrator.send([{ topic: 'agent.*', type: 'command' }])),
    'INVALID_ARGUMENT',
  );
});

test('a bus that is away holds up no transition; what happened is announced when it is back, in order', async () => {
  const { orchestrator, bus, clock } = await stand();
  await orchestrator.spawn([{ id: 'a' }, { id: 'b' }]);
  bus.before = () => {
    throw new TestbedError('UNAVAILABLE', 'down');
  };
  await orchestrator.complete('a');
  await clock.advance(3000);
  await orchestrator.kill('b');
  await clock.advance(3000);
  assert.is(orchestrator.stats().outbox.waiting, 2);
  bus.before = () => {};
  await clock.advance(3000);
  assert.equal(
    bus.published.slice(2).map(({ type, key }) => [type, key]),
    [
      ['agent_complete', 'a'],
      ['agent_complete', 'b'],
    ],
  );
  assert.equal(orchestrator.stats().outbox, { waiting: 0, lost: 0 });
});

test('a full outbox refuses the transition before anything is stored', async () => {
  const { orchestrator, bus, storage } = await stand({ outboxLimit: 1 });
  await orchestrator.spawn([{ id: 'a' }, { id: 'b' }]);
  bus.before = () => {
    throw new TestbedError('UNAVAILABLE', 'down');
  };
  await orchestrator.complete('a');
  assert.is(await codeOf(() => orchestrator.complete('b')), 'OVERLOADED');
  assert.is(statuses(storage)['b'], 'running');
});

test('an event that the bus refuses for good is counted as lost, and the next ones go on', async () => {
  const { orchestrator, bus, reported } = await stand();
  await orchestrator.spawn([{ id: 'a' }, { id: 'b' }]);
  bus.before = () => {
    throw new TestbedError('INVALID_ARGUMENT', 'too large');
  };
  await orchestrator.complete('a');
  await settle();
  bus.before = () => {};
  await orchestrator.complete('b');
  await settle();
  assert.equal(orchestrator.stats().outbox, { waiting: 0, lost: 1 });
  assert.is(bus.published.at(-1)?.key, 'b');
  assert.is(reported.length, 1);
});

test('history: every event once in storage, for all nodes, pruned', async () => {
  const options: OrchestratorOptions = { history: { keep: 50 } };
  const one = await stand(options);
  const two = await stand(options, { ...one, node: 'two' });
  for (let count = 0; count < 30; count++) await one.orchestrator.events.publish([event('a'), event('b')]);
  await settle(100);
  assert.is(one.storage.eventRows.length, 50);
  assert.is(new Set(one.storage.eventRows.map(({ sequence }) => sequence)).size, 50);
  const page = await two.orchestrator.history({ agentId: 'b' }, { limit: 10 });
  assert.is(page.items.length, 10);
  for (const { key } of page.items) assert.is(key, 'b');
});

test('after close everything is CLOSED, and nothing is left at the bus', async () => {
  const { orchestrator, bus, storage } = await stand({ history: { keep: null } });
  storage.agentRows.set('a', storedAgent('a'));
  await Promise.all([orchestrator.close(), orchestrator.close()]);
  await orchestrator.close();
  const page = { limit: 1 };
  const calls: { readonly [name: string]: () => Promise<unknown> } = {
    spawn: () => orchestrator.spawn([{}]),
    pause: () => orchestrator.pause('a'),
    resume: () => orchestrator.resume('a'),
    remember: () => orchestrator.remember('a', 1),
    complete: () => orchestrator.complete('a'),
    fail: () => orchestrator.fail('a', 'why'),
    kill: () => orchestrator.kill('a'),
    get: () => orchestrator.get('a'),
    list: () => orchestrator.list({}, page),
    count: () => orchestrator.count({}),
    children: () => orchestrator.children('a', page),
    createSwarm: () => orchestrator.createSwarm({ id: 's', strategy: 'tree', size: 1 }),
    emit: () => orchestrator.emit([{ type: 'error', agentId: 'a' }]),
    send: () => orchestrator.send([{ topic: 'a', type: 'x' }]),
    history: () => orchestrator.history({}, page),
    recover: () => orchestrator.recover(),
    forgetEnded: () => orchestrator.forgetEnded(),
    publishEvents: () => orchestrator.events.publish([event('a')]),
    subscribeEvents: () => orchestrator.events.subscribe({}, () => {}),
    publishMessages: () => orchestrator.messages.publish([event('a')]),
    subscribeMessages: () => orchestrator.messages.subscribe('a', () => {}),
    'swarms.get': () => orchestrator.swarms.get('s'),
    'swarms.list': () => orchestrator.swarms.list({}, page),
    'swarms.members': () => orchestrator.swarms.members('s', page),
    'swarms.run': () => orchestrator.swarms.run('s', { work: () => 1 }),
    'swarms.pause': () => orchestrator.swarms.pause('s'),
    'swarms.resume': () => orchestrator.swarms.resume('s'),
    'swarms.scale': () => orchestrator.swarms.scale('s', 2),
    'swarms.destroy': () => orchestrator.swarms.destroy('s'),
  };
  for (const [name, call] of Object.entries(calls)) assert.is(await codeOf(call), 'CLOSED', name);
  assert.is(bus.subscriptions, 0);
  assert.is(storage.agentRows.get('a')?.version, 5);
});

test('close waits for what is under way and for what is not announced yet', async () => {
  const { orchestrator, storage, bus } = await stand();
  await orchestrator.spawn([{ id: 'a' }]);
  const gate = Promise.withResolvers<void>();
  storage.before = (method) => (method === 'agents.update' ? gate.promise : undefined);
  const completing = orchestrator.complete('a');
  let closed = false;
  const closing = orchestrator.close().then(() => {
    closed = true;
  });
  await settle();
  assert.is(closed, false);
  gate.resolve();
  await Promise.all([completing, closing]);
  assert.equal(
    bus.published.map(({ type }) => type),
    ['agent_start', 'agent_complete'],
  );
});

test('close does not wait for ever: not for a call without an answer, not for a bus that is away', async () => {
  const { orchestrator, storage, bus, clock } = await stand({ closeWithinMs: 1000 });
  await orchestrator.spawn([{ id: 'a' }, { id: 'b' }]);
  bus.before = () => {
    throw new TestbedError('UNAVAILABLE', 'down');
  };
  await orchestrator.complete('a');
  storage.before = () => new Promise(() => {});
  void codeOf(() => orchestrator.complete('b'));
  await clock.play(orchestrator.close());
  assert.is(orchestrator.stats().outbox.lost, 1);
});

test('what cannot be opened leaves nothing open', async () => {
  const { bus, storage, clock } = await stand();
  const open = bus.subscriptions;
  const subscribe = bus.subscribe.bind(bus);
  bus.subscribe = (channel, options, handler) =>
    channel === core.messageChannel
      ? Promise.reject(new TestbedError('UNAVAILABLE', 'down'))
      : subscribe(channel, options, handler);
  assert.is(await codeOf(() => stand({}, { bus, storage, clock })), 'UNAVAILABLE');
  assert.is(bus.subscriptions, open);
});

test('options out of range are refused, each by name', async () => {
  const bad: readonly (readonly [name: string, options: OrchestratorOptions])[] = [
    ['events.queueLimit', { events: { queueLimit: 0 } }],
    ['events.logLimit', { events: { logLimit: -1 } }],
    ['events.delivery', { events: { delivery: 'later' as 'sync' } }],
    ['messages.whenFull', { messages: { whenFull: 'explode' as 'block' } }],
    ['messages.subscriptionLimit', { messages: { subscriptionLimit: Number.NaN } }],
    ['lock', { lock: 'double' as 'none' }],
    ['retry.attempts', { retry: { attempts: -1 } }],
    ['patience.jitter', { patience: { jitter: 2 } }],
    ['deadlineMs', { deadlineMs: 0 }],
    ['breaker.failures', { breaker: { failures: -1 } }],
    ['dualWrite', { dualWrite: 'hope' as 'undo' }],
    ['retention.everyMs', { retention: { everyMs: 0 } }],
    ['batch', { batch: 0 }],
    ['cacheSize', { cacheSize: -1 }],
    ['outboxLimit', { outboxLimit: 0 }],
    ['history.keep', { history: { keep: -1 } }],
  ];
  for (const [name, options] of bad) {
    try {
      await stand(options);
      assert.unreachable(name);
    } catch (error) {
      assert.ok(error instanceof TestbedError && error.code === 'INVALID_ARGUMENT', name);
      assert.match((error as Error).message, name);
    }
  }
});

test("the seed's design is reachable, and works", async () => {
  const { orchestrator, storage } = await stand({
    events: { delivery: 'sync', logLimit: null },
    messages: { delivery: 'sync', subscriptionLimit: 1000 },
    lock: 'global',
    batch: 1,
    cacheSize: 0,
    retention: null,
  });
  const got: string[] = [];
  await orchestrator.events.subscribe({}, (batch) => void got.push(...batch.map(({ type }) => type)));
  await orchestrator.spawn([{ id: 'a' }, { id: 'b' }]);
  assert.equal(got, ['agent_start', 'agent_start'], 'delivered before spawn resolved');
  assert.is(storage.calls.length, 4);
  await orchestrator.complete('a');
  await orchestrator.close();
});

test.run();
