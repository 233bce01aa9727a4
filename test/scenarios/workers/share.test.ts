import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../../core/random.ts';
import { type OperationPlan, planLoad } from '../../../scenarios/load/plan.ts';
import { dealt, isOwn, type Share, shareOf } from '../../../scenarios/load/share.ts';
import type { Phase, Workload } from '../../../scenarios/scenario.ts';

const phases: readonly Phase[] = [
  { name: 'steady', forMs: 1500, warmup: false, rateFrom: 1, rateTo: 1 },
  { name: 'rush', forMs: 1000, warmup: false, rateFrom: 1, rateTo: 4 },
];

interface Operation {
  readonly dueMs: number;
  readonly slot: number;
  readonly choice: number;
}

function workloadOf(arrivals: 'poisson' | 'constant', agents = 7): Workload {
  const rates = { eventsPerS: 400, messagesPerS: 150, transitionsPerS: 20, readsPerS: 30 };
  return { agents, arrivals, ...rates } as unknown as Workload;
}

function operationsOf(plan: OperationPlan): readonly Operation[] {
  const operations: Operation[] = [];
  for (; Number.isFinite(plan.dueMs); plan.advance())
    operations.push({ dueMs: plan.dueMs, slot: plan.slot, choice: plan.choice });
  return operations;
}

function sharesOf(workers: number): readonly Share[] {
  return Array.from({ length: workers }, (_, number) => ({ number, of: workers }));
}

const kinds = ['events', 'messages', 'transitions', 'reads'] as const;

for (const arrivals of ['poisson', 'constant'] as const) {
  for (const workers of [1, 2, 4, 7]) {
    test(`${arrivals}: what ${workers} workers do together is bit for bit what one process does`, () => {
      const workload = workloadOf(arrivals);
      const plan = (share?: Share) => planLoad(workload, phases, createRandom(42), 64, share);
      for (const kind of kinds) {
        const whole = operationsOf(plan()[kind]);
        const shares = sharesOf(workers).map((share) => operationsOf(plan(share)[kind]));
        for (const [number, own] of shares.entries())
          assert.ok(own.every(({ slot }) => isOwn(slot, { number, of: workers })));
        // Of one worker they come in order; several that are due at once come in that of their slots' owners.
        const together = shares.flat().sort((a, b) => a.dueMs - b.dueMs);
        assert.equal(together, whole, kind);
        assert.ok(whole.length > 20);
      }
    });
  }
}

test('a worker whose seed is another, or who does what belongs to its neighbour, does not add up to the whole', () => {
  const workload = workloadOf('poisson');
  const whole = operationsOf(planLoad(workload, phases, createRandom(42), 64).events);
  const own = (share: Share, seed: number) =>
    operationsOf(planLoad(workload, phases, createRandom(seed), 64, share).events);
  const sorted = (lists: readonly (readonly Operation[])[]) => lists.flat().sort((a, b) => a.dueMs - b.dueMs);
  const [first, second] = sharesOf(2) as [Share, Share];
  assert.equal(sorted([own(first, 42), own(second, 42)]), whole);
  assert.not.equal(sorted([own(first, 42), own(second, 43)]), whole);
  assert.not.equal(sorted([own(first, 42), own(first, 42)]), whole);
});

for (const [count, workers, expected] of [
  [10, 4, [3, 3, 2, 2]],
  [1, 4, [1, 0, 0, 0]],
  [0, 2, [0, 0]],
  [8, 2, [4, 4]],
  [5, 1, [5]],
] as const) {
  test(`${count} things dealt out to ${workers} are ${expected.join(' + ')}`, () => {
    assert.equal(
      sharesOf(workers).map((share) => dealt(count, share)),
      expected,
    );
  });
}

test('a share of the in-flight bound is never less than one batch', () => {
  const workload = { inFlight: 10, batch: 8, concurrency: 2, subscribers: { count: 1, late: 0 } };
  const shares = sharesOf(4).map((share) => shareOf(workload as unknown as Workload, share));
  assert.equal(
    shares.map(({ inFlight }) => inFlight),
    [8, 8, 8, 8],
  );
  assert.equal(
    shares.map(({ subscribers }) => subscribers.count),
    [1, 0, 0, 0],
  );
});

test.run();
