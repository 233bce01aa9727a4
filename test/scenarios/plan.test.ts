import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../core/random.ts';
import { makePayloads } from '../../scenarios/load/payload.ts';
import { drawFate, type OperationPlan, planLoad, typeOf } from '../../scenarios/load/plan.ts';
import type { Workload } from '../../scenarios/scenario.ts';
import { workloadOf } from '../doubles/workload.ts';

type Operation = readonly [dueMs: number, slot: number, choice: number];

function operationsOf(stream: OperationPlan): Operation[] {
  const operations: Operation[] = [];
  for (; stream.dueMs < Number.POSITIVE_INFINITY; stream.advance()) {
    operations.push([stream.dueMs, stream.slot, stream.choice]);
  }
  return operations;
}

function plan(seed: number, parts: Partial<Workload>) {
  const workload = workloadOf({ arrivals: 'poisson', ...parts });
  const { events, messages, transitions, ...rest } = planLoad(
    workload,
    workload.phases,
    createRandom(seed),
    64,
  );
  return {
    events: operationsOf(events),
    messages: operationsOf(messages),
    transitions: operationsOf(transitions),
    ...rest,
  };
}

const rates = { eventsPerS: 200, messagesPerS: 100, transitionsPerS: 10 };

test('the same seed plans the same operations, another seed others', () => {
  const first = plan(1, rates);
  assert.equal(plan(1, rates), first);
  const other = plan(2, rates);
  assert.not.equal(first.events, other.events);
  assert.not.equal(first.messages, other.messages);
  assert.not.equal(first.transitions, other.transitions);
});

test('one kind of operation never shifts another', () => {
  const alone = plan(1, { eventsPerS: 200 });
  const together = plan(1, rates);
  assert.equal(alone.events, together.events);
  const more = plan(1, { ...rates, messagesPerS: 5000 });
  assert.equal(more.events, together.events);
  assert.equal(more.transitions, together.transitions);
});

test('when something is due and who does it are drawn apart: more agents do not shift the times', () => {
  const few = plan(1, { ...rates, agents: 10 });
  const many = plan(1, { ...rates, agents: 500 });
  assert.equal(
    few.events.map(([dueMs]) => dueMs),
    many.events.map(([dueMs]) => dueMs),
  );
});

test('constant arrivals give every agent its turn', () => {
  const { events } = plan(1, { arrivals: 'constant', eventsPerS: 100, agents: 3 });
  assert.equal(
    events.slice(0, 7).map(([dueMs, slot]) => [dueMs, slot]),
    [
      [0, 0],
      [10, 1],
      [20, 2],
      [30, 0],
      [40, 1],
      [50, 2],
      [60, 0],
    ],
  );
});

test('Poisson arrivals fall to every agent, evenly', () => {
  const { events } = plan(3, { eventsPerS: 10_000, agents: 10 });
  const counts = new Array<number>(10).fill(0);
  for (const [, slot] of events) (counts[slot] as number)++;
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 5 * 100, `${count}`);
});

test('every payload is chosen', () => {
  const { events } = plan(3, { eventsPerS: 1000 });
  assert.is(new Set(events.map(([, , choice]) => choice)).size, 64);
});

test('phases multiply the rates', () => {
  const phases = [
    { name: 'steady', forMs: 1000, warmup: false, rateFrom: 1, rateTo: 1 },
    { name: 'surge', forMs: 1000, warmup: false, rateFrom: 2, rateTo: 2 },
    { name: 'down', forMs: 1000, warmup: false, rateFrom: 2, rateTo: 0 },
  ];
  const { events, offered, totalMs } = plan(1, { arrivals: 'constant', eventsPerS: 100, phases });
  const within = (from: number): number => events.filter(([due]) => due >= from && due < from + 1000).length;
  assert.equal([within(0), within(1000), within(2000)], [100, 200, 100]);
  assert.equal([offered.events, totalMs], [400, 3000]);
});

test('a closed model has no times, only choices', () => {
  const workload = workloadOf({ arrivals: 'closed', eventsPerS: 100 });
  const { events, offered } = planLoad(workload, workload.phases, createRandom(1), 64);
  assert.equal([events.dueMs, offered.events], [Number.POSITIVE_INFINITY, 0]);
  const slots = Array.from({ length: 12 }, () => {
    const { slot } = events;
    events.choose();
    return slot;
  });
  assert.equal(slots, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
});

test("agents at work send no lifecycle events: those are the orchestrator's own", () => {
  const types = new Set(Array.from({ length: 64 }, (_, choice) => typeOf(choice)));
  for (const own of ['agent_start', 'agent_complete', 'error'] as const) assert.not(types.has(own));
  assert.is(types.size, 8);
});

test('lives end as the shares say, after the mean lifetime', () => {
  const lifetime = { meanMs: 10_000, complete: 0.8, fail: 0.15, kill: 0.05 };
  const random = createRandom(4);
  const counts = { complete: 0, fail: 0, kill: 0 };
  let lived = 0;
  const lives = 20_000;
  for (let life = 0; life < lives; life++) {
    const { livesMs, end } = drawFate(lifetime, random);
    counts[end]++;
    lived += livesMs;
  }
  for (const end of ['complete', 'fail', 'kill'] as const) {
    const share = lifetime[end];
    const error = 5 * Math.sqrt((share * (1 - share)) / lives);
    assert.ok(Math.abs(counts[end] / lives - share) < error, `${end}: ${counts[end]}`);
  }
  assert.ok(Math.abs(lived / lives - 10_000) < (5 * 10_000) / Math.sqrt(lives), `${lived / lives}`);
});

test('payloads: as long as asked, as compressible as asked, the same for the same seed', () => {
  for (const [bytes, compressible] of [
    [1024, 0.5],
    [100, 0],
    [100, 1],
    [0, 0.5],
    [1, 0.5],
  ] as const) {
    const payloads = makePayloads(bytes, compressible, createRandom(1));
    assert.is(payloads.length, 64);
    assert.ok(payloads.every((payload) => payload.length === bytes));
    const plain = Math.round(bytes * compressible);
    assert.ok(payloads.every((payload) => payload.slice(0, plain) === 'agent '.repeat(200).slice(0, plain)));
    if (bytes - plain > 8) assert.is(new Set(payloads).size, 64);
    assert.equal(payloads, makePayloads(bytes, compressible, createRandom(1)));
  }
  assert.not.equal(makePayloads(64, 0, createRandom(1)), makePayloads(64, 0, createRandom(2)));
});

test('large payloads come more than once, so that they all fit into a few megabytes', () => {
  for (const [bytes, different] of [
    [250_000, 64],
    [1_000_000, 16],
    [4 * 1024 * 1024, 4],
  ] as const) {
    const payloads = makePayloads(bytes, 0.5, createRandom(1));
    assert.equal([payloads.length, new Set(payloads).size], [64, different]);
  }
});

test('a payload takes its bytes, and not many times them', () => {
  const { gc } = globalThis;
  assert.ok(gc, 'start it with --expose-gc');
  const used = (): number => {
    gc();
    gc();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  const payloads = makePayloads(64 * 1024, 0, createRandom(1));
  const bytes = (used() - before) / payloads.length;
  assert.ok(bytes < 1.2 * 64 * 1024, `${bytes} bytes each`);
});

test.run();
