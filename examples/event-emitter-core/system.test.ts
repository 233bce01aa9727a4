/** What a scenario relies on of a system under test, held against this one. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { type AgentEvent, createRandom, isTestbedError, type Message, systemClock } from 'testbed';
import { memoryBus, memoryStorage } from 'testbed/adapters';
import type { SystemParts, SystemUnderTest } from 'testbed/system';
import { system } from './system.ts';

const place = { directory: '.', namespace: 'test', durability: 'none', options: {} };

async function open(): Promise<SystemUnderTest> {
  const [bus, storage] = [await memoryBus.open(place), await memoryStorage.open(place)];
  const workload = {} as SystemParts['workload']; // It has no options.
  return system({
    bus: bus.port,
    storage: storage.port,
    clock: systemClock,
    random: createRandom(1),
    workload,
  });
}

const order = (id: string) => ({ id, swarmId: 's', parentId: null, task: 'work' });

function event(sequence: number): AgentEvent {
  return { key: 'a', type: 'text_delta', swarmId: '', producer: 1, sequence, at: 1, sentAt: 1, data: null };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'resolved';
  } catch (error) {
    return isTestbedError(error) ? error.code : `not ours: ${error}`;
  }
}

test('a spawn is announced, and listed by every field', async () => {
  const sut = await open();
  const started: string[] = [];
  await sut.events.subscribe(
    { types: ['agent_start'] },
    (events) => void started.push(...events.map((e) => e.key)),
  );
  await sut.spawn([order('a'), order('b')]);
  await sut.pause('b');
  assert.deepEqual(started, ['a', 'b']);
  assert.equal(await sut.agents?.count({ swarmId: 's' }), 2);
  const paused = await sut.agents?.find({ status: 'paused' }, { limit: 10 });
  assert.deepEqual(
    paused?.items.map(({ id, version }) => [id, version]),
    [['b', 2]],
  );
  const first = await sut.agents?.find({}, { limit: 1 });
  const rest = await sut.agents?.find({}, { limit: 1, after: first?.next as string });
  assert.deepEqual([first?.items[0]?.id, rest?.items[0]?.id, rest?.next], ['a', 'b', undefined]);
});

test('terminal is terminal, and refusals have their codes', async () => {
  const sut = await open();
  await sut.spawn([order('a')]);
  await sut.complete('a', 'done');
  assert.equal(await codeOf(sut.resume('a')), 'ILLEGAL_TRANSITION');
  assert.equal(await codeOf(sut.kill('nobody')), 'NOT_FOUND');
  assert.equal(await codeOf(sut.spawn([order('b'), order('a')])), 'DUPLICATE');
  assert.equal(await sut.agents?.count({}), 1, 'all or nothing');
});

test('a handler is given nothing while its promise is open', async () => {
  const sut = await open();
  const calls: number[][] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const subscription = await sut.events.subscribe({}, (events) => {
    calls.push(events.map(({ sequence }) => sequence));
    return calls.length === 1 ? promise : undefined;
  });
  await sut.events.publish([event(1), event(2), event(3)]);
  assert.deepEqual(calls, [[1]]);
  resolve();
  await promise;
  await subscription.close();
  await sut.events.publish([event(4)]);
  assert.deepEqual(
    calls.flat().filter((sequence) => sequence === 4),
    [],
    'closed',
  );
});

test('topics and patterns', async () => {
  const sut = await open();
  const got: string[] = [];
  for (const pattern of ['agent.a.commands', 'agent.*.commands', 'agent.#', '#', 'agent.b.commands'])
    await sut.messages.subscribe(pattern, () => void got.push(pattern));
  const message: Message = { ...event(1), key: 'agent.a.commands' };
  await sut.messages.publish([message]);
  assert.deepEqual(got.sort(), ['#', 'agent.#', 'agent.*.commands', 'agent.a.commands']);
});
