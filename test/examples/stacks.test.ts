/** The examples as stacks: each plays a scenario and holds what is checked, beside one of ours. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type BinarySearch, findBinary } from '../../adapters/index.ts';
import { messageOf } from '../../core/error.ts';
import { readRecords, resultIn, scratch, testbed, writeScenario } from '../bin/command-line.ts';
import { examples, folderOf, lacking } from './example.ts';

const folder = scratch();
test.after(() => folder.remove());

const scenario = writeScenario(folder.path, 'beside-ours', {
  workload: {
    lifetime: { mean: '200ms', complete: 0.8, fail: 0.1, kill: 0.1 },
    messages: '20/s',
    transitions: '10/s',
  },
  thresholds: { errors: 'value <= 0', delivery_rate_pct: 'value >= 99 %' },
  checks: ['no-lost-acked', 'no-phantom', 'order-per-key', 'unique-spawn', 'no-stranded', 'indexes-agree'],
});

/** Why an example cannot be played on this machine; null when it can. */
function missing(example: string): string | null {
  const command = lacking(example);
  if (command !== null) return `its packages are not installed: ${command}`;
  const search = servers[example];
  try {
    if (search !== undefined) findBinary(search);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** The servers that stacks start, where Debian and Homebrew put them. */
const folders = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];
const servers: { readonly [example: string]: BinarySearch } = {
  'nats-jetstream': {
    ...{ name: 'nats-server', variable: 'TESTBED_NATS_SERVER', folders },
    install: 'apt-get install -y nats-server',
  },
  bullmq: {
    ...{ name: 'redis-server', variable: 'TESTBED_REDIS_SERVER', folders },
    install: 'apt-get install -y redis-server',
  },
};

const playable = examples.filter((example) => {
  const why = missing(example);
  if (why === null) return true;
  if (process.env['CI'] === 'true') throw new Error(`examples/${example}: ${why}`);
  process.stdout.write(`SKIP examples/${example} as a stack: ${why}\n`);
  test.skip(`${example} as a stack`, () => {});
  return false;
});

/** A machine that is busy with other things makes a cell INCONCLUSIVE, which is no word on the example. */
const acceptable = ['PASS', 'INCONCLUSIVE'];

test('a cell of each beside one of memory, and nothing lost', async () => {
  const stacks = ['memory', ...playable.map(folderOf)].join();
  const output = join(folder.path, 'results');
  const { stdout, stderr } = await testbed(['run', scenario, '--stacks', stacks, '--output', output]);
  const records = readRecords(resultIn(output));
  // One that could not be run has none.
  assert.is(records.length, 1 + playable.length, stdout + stderr);
  for (const { stack, verdict, checks, metrics } of records) {
    assert.ok(acceptable.includes(verdict), `${stack}: ${verdict}\n${stdout}`);
    for (const { check, verdict: held, detail } of checks)
      assert.is.not(held, 'FAIL', `${stack}: ${check}: ${detail}`);
    const { lost_acked } = metrics;
    assert.equal(lost_acked && 'value' in lost_acked && lost_acked.value, 0, stack);
  }
});

for (const example of playable.filter((one) => servers[one] !== undefined)) {
  test(`${example}: the command that holds a module to the suites takes it`, async () => {
    const words = ['conformance', `${folderOf(example)}/bus.ts`, '--only', 'processes: what one publishes'];
    const { code, stdout, stderr } = await testbed(words);
    assert.is(code, 0, stdout + stderr);
    assert.match(stdout, /^1 passed, 0 failed, 0 not claimed$/m);
  });
}

test.run();
