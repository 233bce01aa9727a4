/**
 * The same small load on an orchestrator in our process and on one in a process of its own, asked by IPC or through a gateway: what is
 * sent, delivered, stored and judged is the same.
 */
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
} from '../bin/command-line.ts';

const folder = scratch();
test.after(() => folder.remove());

const checks = ['no-lost-acked', 'no-phantom', 'order-per-key', 'legal-transitions', 'no-stranded'].concat([
  'unique-spawn',
  'indexes-agree',
  'linearizable',
  'exactly-once-effect',
  'offsets-agree',
]);

/** Quiet at first: what is asked of an agent before it runs falls to its predecessor. */
const workload = {
  agents: 8,
  swarms: { size: '1..3', strategies: ['parallel', 'tree'] },
  messages: '100/s',
  transitions: '20/s',
  phases: [
    { name: 'warmup', for: '200ms', warmup: true },
    { name: 'quiet', for: '300ms', rate: 'x0' },
    { name: 'steady', for: '600ms' },
  ],
};

/** Where the orchestrator is, and how it is reached. */
const ways = { here: {}, node: { nodes: 1 }, http: { driver: 'http' }, websocket: { driver: 'websocket' } };
type Way = keyof typeof ways;

/** All of a run that does not depend on how long anything took. */
async function play(stack: string, way: Way) {
  const name = `${way}-${stack.replace('+', '-')}`;
  const scenario = writeScenario(folder.path, name, {
    workload,
    stacks: [stack],
    checks,
    ...ways[way],
  });
  const output = join(folder.path, `out-${name}`);
  const { code, stdout, stderr } = await testbed(['run', scenario, '--seed', '3', '--output', output]);
  const [record] = readRecords(resultIn(output));
  // A busy machine makes it INCONCLUSIVE; the counts are the same all the same.
  assert.ok(record !== undefined && (code === 0 || code === 2), `exit ${code}: ${stdout}${stderr}`);
  assert.is('orchestrator' in record.environment, way !== 'here');
  assert.is('gateway' in record.environment, 'driver' in ways[way]);
  const operations = new Map<string, string>();
  const stored = readControl(resultIn(output)).filter(({ operation }) => /^(insert|update)$/.test(operation));
  for (const { operation, id, status } of stored)
    operations.set(id, `${operations.get(id) ?? ''} ${operation}:${status ?? ''}`);
  const { metrics } = record;
  const samples = ['event_delivery_ms', 'message_routing_ms', 'transition_ms', 'spawn_ms'].map((metric) => {
    const found = metrics[metric];
    return [metric, found !== undefined && 'count' in found ? found.count : 0];
  });
  const counts = ['lost_acked', 'duplicates', 'reordered', 'phantom', 'errors', 'agents_active'].map(
    (metric) => [metric, metrics[metric]],
  );
  return {
    operations: [...operations].sort(),
    offered: record.generator['offered'],
    samples,
    counts,
    // How many values an index has at the end depends on who has left by then.
    checks: record.checks.map(({ check, verdict, detail }) =>
      check === 'indexes-agree' ? [check, verdict] : [check, verdict, detail],
    ),
  };
}

const alike: { readonly [stack: string]: readonly Way[] } = {
  memory: ['node', 'http', 'websocket'],
  sqlite: ['node'],
};

for (const [stack, others] of Object.entries(alike)) {
  test(`${stack}: in our process, and by ${others.join(', ')}`, async () => {
    const [ours, ...found] = await inTurn(['here', ...others] as const, 1, (way) => play(stack, way));
    for (const [at, other] of found.entries()) assert.equal(other, ours, others[at] as string);
  });
}

test.run();
