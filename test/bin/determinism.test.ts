import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  inTurn,
  readControl,
  readRecords,
  resultIn,
  scratch,
  testbed,
  writeScenario,
} from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());

/**
 * Seeds for which no agent of the first population lives so shortly that it ends just as the measured time begins: which of the
 * two comes first then depends on milliseconds, and lots are drawn in that order.
 */
const [one, another] = [3, 14];

/** Lives and transitions apart: whether an agent that is about to end is still paused before depends on milliseconds. */
const lives = writeScenario(folder.path, 'lives', {
  workload: {
    agents: 20,
    lifetime: { mean: '1500ms', complete: 0.5, fail: 0.3, kill: 0.2 },
    swarms: { size: '1..3', strategies: ['parallel', 'tree'] },
    branching: true,
    arrivals: 'poisson',
    messages: '100/s',
    phases: [{ name: 'steady', for: '600ms' }],
  },
});
/** Quiet at first: what is asked of an agent before it runs falls to its predecessor. */
const moves = writeScenario(folder.path, 'moves', {
  workload: {
    agents: 8,
    transitions: '20/s',
    phases: [
      { name: 'warmup', for: '200ms', warmup: true },
      { name: 'quiet', for: '300ms', rate: 'x0' },
      { name: 'steady', for: '600ms' },
    ],
  },
});

interface Trace {
  /** What was done to each agent, in its order. */
  readonly operations: ReadonlyMap<string, string>;
  readonly offered: unknown;
  readonly deliveries: unknown;
}

async function play(scenario: string, seed: number, take: number): Promise<Trace> {
  const output = join(folder.path, `out-${seed}-${take}-${scenario.includes('lives')}`);
  const { code, stdout, stderr } = await testbed([
    'run',
    scenario,
    '--seed',
    String(seed),
    '--output',
    output,
  ]);
  // A busy machine makes it INCONCLUSIVE; the operations are the same all the same.
  assert.ok(code === 0 || code === 2, `exit ${code}: ${stdout}${stderr}`);
  const operations = new Map<string, string>();
  for (const { operation, id, status } of readControl(resultIn(output))) {
    operations.set(id, `${operations.get(id) ?? ''} ${operation}:${status ?? ''}`);
  }
  const [record] = readRecords(resultIn(output));
  return {
    operations,
    offered: record?.generator['offered'],
    deliveries: {
      events: countOf(record?.metrics['event_delivery_ms']),
      messages: countOf(record?.metrics['message_routing_ms']),
    },
  };
}

function countOf(metric: unknown): number | undefined {
  return (metric as { readonly count?: number } | undefined)?.count;
}

for (const [name, scenario] of [
  ['lives', lives],
  ['moves', moves],
] as const) {
  test(`${name}: the same seed plays the same operations, another seed others`, async () => {
    const runs = [
      [one, 1],
      [one, 2],
      [another, 1],
    ] as const;
    const [first, again, other] = (await inTurn(runs, 2, ([seed, take]) => play(scenario, seed, take))) as [
      Trace,
      Trace,
      Trace,
    ];
    assert.ok(first.operations.size > 8, 'there is something to compare');
    assert.equal(Object.fromEntries(again.operations), Object.fromEntries(first.operations));
    assert.equal(again.offered, first.offered);
    assert.equal(again.deliveries, first.deliveries);
    if (name === 'lives') {
      assert.not.equal(Object.fromEntries(other.operations), Object.fromEntries(first.operations));
      assert.not.equal(other.offered, first.offered);
    }
  });
}

test.run();
