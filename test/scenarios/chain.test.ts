import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AgentEvent } from '../../core/event.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import { Chains } from '../../scenarios/load/chain.ts';
import { Publisher } from '../../scenarios/load/publisher.ts';
import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { SmallSystem } from '../doubles/small-system.ts';

const firstProducer = 3;

async function setUp(depth: number, count: number, events: (sut: SmallSystem) => SystemUnderTest['events']) {
  const clock = new FakeClock();
  const small = new SmallSystem(clock);
  const port = events(small);
  const ledger = new Ledger('event', firstProducer + count);
  const row = ledger.join('a');
  await small.events.subscribe({}, (links) => {
    for (const { producer, sequence } of links) row.mark(producer - 1, sequence);
  });
  const publisher = new Publisher<AgentEvent>({
    publish: (batch) => port.publish(batch),
    ledger,
    clock,
    deadlineMs: 1000,
    report: { acked() {}, refused() {}, unknown() {} },
  });
  const chains = new Chains({ clock, events: publisher, ledger, firstProducer, depth, count });
  await chains.subscribe(small);
  return { clock, small, ledger, row, chains };
}

const plain = (sut: SmallSystem): SystemUnderTest['events'] => sut.events;

test('a hundred thousand links deep: every link once, in order, and no deep stack', async () => {
  const { clock, chains, ledger, row } = await setUp(100_000, 1, plain);
  chains.start();
  await clock.advance(0);
  assert.equal([chains.done, chains.links, chains.complete], [1, 100_000, true]);
  assert.equal(
    [ledger.attempted, ledger.completed(), row.reordered, row.duplicates],
    [100_000, 100_000, 0, 0],
  );
});

test('chains run side by side, each with a producer and a key of its own', async () => {
  const { clock, chains, ledger, small } = await setUp(50, 4, plain);
  chains.start();
  assert.not(chains.complete);
  await clock.advance(0);
  assert.equal([chains.wanted, chains.done, chains.links], [4, 4, 200]);
  assert.equal([...ledger.sent], [0, 0, 0, 50, 50, 50, 50]);
  assert.equal(new Set(small.published.map(({ key }) => key)).size, 4);
});

test('events of others do not touch a chain', async () => {
  const { clock, chains, small } = await setUp(3, 1, plain);
  chains.start();
  await clock.advance(0);
  const [link] = small.published as [AgentEvent];
  await small.events.publish([
    { ...link, producer: 1, sequence: 4 },
    { ...link, producer: 5, sequence: 4 },
  ]);
  await small.events.publish([{ ...link, producer: 0, sequence: 1 }]);
  assert.equal([chains.done, chains.links, small.published.length], [1, 3, 6]);
});

test('a link delivered twice neither forks a chain nor finishes it twice', async () => {
  const twice = (sut: SmallSystem): SystemUnderTest['events'] => ({
    subscribe: sut.events.subscribe,
    publish: (events) => sut.events.publish([...events, ...events]),
  });
  const { clock, chains, ledger } = await setUp(10, 1, twice);
  chains.start();
  await clock.advance(0);
  assert.equal([chains.done, chains.links, ledger.attempted], [1, 10, 10]);
});

test('a lost link ends its chain short', async () => {
  const losesFifth = (sut: SmallSystem): SystemUnderTest['events'] => ({
    subscribe: sut.events.subscribe,
    publish: (events) => sut.events.publish(events.filter(({ sequence }) => sequence !== 5)),
  });
  const { clock, chains } = await setUp(10, 1, losesFifth);
  chains.start();
  await clock.advance(0);
  assert.equal([chains.done, chains.links, chains.complete], [0, 4, false]);
});

test.run();
