/** A node whose place the bus keeps: what its subscribers had not handled is for its next life. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryBus } from '../../adapters/memory/index.ts';
import type { Bus } from '../../core/bus.ts';
import { systemClock } from '../../core/clock.ts';
import { createOrchestrator } from '../../core/create-orchestrator.ts';
import type { AgentEvent } from '../../core/event.ts';
import type { Orchestrator } from '../../core/orchestrator.ts';
import { createRandom } from '../../core/random.ts';
import { settle } from './stand.ts';
import { TinyStorage } from './tiny-storage.ts';

async function openBus(): Promise<{ readonly bus: Bus; close(): Promise<void> }> {
  const place = { directory: '.', namespace: 'test', durability: 'none', options: {} };
  const { port: bus, close } = await memoryBus.open(place);
  return { bus, close };
}

const storage = new TinyStorage();

function life(bus: Bus, delivery: 'sync' | 'async' = 'async'): Promise<Orchestrator> {
  return createOrchestrator({
    bus,
    storage,
    clock: systemClock,
    random: createRandom(1),
    options: { keepsPlace: true, retention: null, closeWithinMs: 0, events: { delivery } },
  });
}

const texts = (...data: string[]) =>
  data.map((text) => ({ type: 'text_delta', agentId: 'a', data: text }) as const);
const seen = (events: readonly AgentEvent[]): readonly unknown[] => events.map(({ data }) => data);

test('what was not handled is handed to the next life, and to those who subscribe before it is recovered', async () => {
  const { bus, close } = await openBus();
  const first = await life(bus);
  await first.recover();
  const begun: unknown[] = [];
  const end = Promise.withResolvers<void>();
  await first.events.subscribe({}, (events) => {
    begun.push(...seen(events));
    return begun.length > 1 ? end.promise : undefined;
  });
  await first.emit(texts('handled'));
  await settle();
  await first.emit(texts('begun'));
  await settle();
  await first.emit(texts('waiting'));
  await settle();
  assert.equal(begun, ['handled', 'begun']);
  // It ends in the middle of a handler.
  const closed = first.close();
  await settle();
  end.resolve();
  await closed;
  const second = await life(bus);
  await second.emit(texts('meanwhile'));
  const later: unknown[] = [];
  await settle();
  await second.events.subscribe({}, (events) => void later.push(...seen(events)));
  assert.equal(later, []);
  await second.recover();
  for (let tries = 0; tries < 100 && later.length < 3; tries++) await systemClock.sleep(10);
  assert.equal(later, ['begun', 'waiting', 'meanwhile']);
  await second.close();
  await close();
});

test('every subscriber is waited for before the bus is answered', async () => {
  const { bus, close } = await openBus();
  const node = await life(bus);
  await node.recover();
  const slow = Promise.withResolvers<void>();
  const quick: unknown[] = [];
  const waiting: unknown[] = [];
  await node.events.subscribe({}, (events) => void quick.push(...seen(events)));
  await node.events.subscribe({}, (events) => {
    waiting.push(...seen(events));
    return slow.promise;
  });
  await node.emit(texts('one'));
  await settle();
  await node.emit(texts('two'));
  await settle();
  assert.equal([quick, waiting], [['one'], ['one']]);
  slow.resolve();
  for (let tries = 0; tries < 100 && waiting.length < 2; tries++) await systemClock.sleep(10);
  assert.equal(
    [quick, waiting],
    [
      ['one', 'two'],
      ['one', 'two'],
    ],
  );
  await node.close();
  await close();
});

test('without it a node sees what is published from its start on, recovered or not', async () => {
  const { bus, close } = await openBus();
  const node = await createOrchestrator({
    bus,
    storage,
    clock: systemClock,
    random: createRandom(1),
    options: { retention: null },
  });
  const got: unknown[] = [];
  await node.events.subscribe({}, (events) => void got.push(...seen(events)));
  await node.emit(texts('one'));
  await settle();
  assert.equal(got, ['one']);
  await node.close();
  await close();
});

test.run();
