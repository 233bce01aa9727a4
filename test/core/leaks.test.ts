/** What is closed leaves nothing behind. Weighed on the heap: a closed subscription that is still routed to is silent. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { EventFilter } from '../../core/delivery/event-routes.ts';
import { Scopes } from '../../core/delivery/scopes.ts';
import { AgentEventBus } from '../../core/event-bus.ts';
import { MessageBus } from '../../core/message-bus.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { event, settle } from './stand.ts';
import { TinyBus } from './tiny-bus.ts';

async function heapBytes(): Promise<number> {
  await settle();
  const collect = globalThis.gc;
  assert.ok(collect, 'run with --expose-gc');
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

const count = 20_000;

async function parts() {
  return { bus: new TinyBus(), clock: new FakeClock(), scopes: new Scopes() };
}

const filters: { readonly [name: string]: (index: number) => EventFilter } = {
  none: () => ({}),
  type: () => ({ types: ['error'] }),
  agent: (index) => ({ agentId: `agent-${index}` }),
  swarm: (index) => ({ swarmId: `swarm-${index}` }),
  predicate: (index) => ({ where: ({ sequence }) => sequence === index }),
};

for (const [name, filter] of Object.entries(filters)) {
  test(`event subscriptions by ${name}`, async () => {
    const events = await AgentEventBus.open(await parts());
    const one = async (index: number): Promise<void> => {
      const until = `agent-${index}`;
      const subscription = await events.subscribe(filter(index), () => {}, { until });
      await subscription.close();
    };
    for (let index = 0; index < 500; index++) await one(index);
    const before = await heapBytes();
    for (let index = 0; index < count; index++) await one(index);
    const bytes = ((await heapBytes()) - before) / count;
    assert.ok(bytes < 30, `${bytes.toFixed(0)} bytes stay of each`);
    await events.close();
  });
}

const patterns: { readonly [name: string]: (index: number) => string } = {
  topic: (index) => `agent.${index}.commands`,
  pattern: (index) => `agent.${index}.*`,
  'rest pattern': (index) => `agent.${index}.#`,
  everything: () => '#',
};

for (const [name, pattern] of Object.entries(patterns)) {
  test(`message subscriptions by ${name}`, async () => {
    const messages = await MessageBus.open(await parts());
    const one = async (index: number): Promise<void> => {
      await (await messages.subscribe(pattern(index), () => {})).close();
    };
    for (let index = 0; index < 500; index++) await one(index);
    const before = await heapBytes();
    for (let index = 0; index < count; index++) await one(index);
    const bytes = ((await heapBytes()) - before) / count;
    assert.ok(bytes < 30, `${bytes.toFixed(0)} bytes stay of each`);
    await messages.close();
  });
}

test('a subscription that was used weighs no more than one that was not', async () => {
  const stuff = await parts();
  stuff.bus.keepPublished = false;
  const messages = await MessageBus.open(stuff);
  for (let index = 0; index < count; index++) await messages.subscribe(`agent.${index}.commands`, () => {});
  const before = await heapBytes();
  for (let index = 0; index < count; index++) await messages.publish([event(`agent.${index}.commands`)]);
  while (messages.delivered < count) await settle();
  const bytes = ((await heapBytes()) - before) / count;
  assert.ok(bytes < 60, `${bytes.toFixed(0)} bytes more for each`);
  await messages.close();
});

test.run();
