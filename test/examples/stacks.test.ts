/** The examples as stacks: each plays a scenario and holds what is checked, beside one of ours. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readRecords, resultIn, scratch, testbed, writeScenario } from '../bin/command-line.ts';
import { examples, folderOf } from './example.ts';
import { busExamples, unplayable } from './playable.ts';

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

const playable = examples.filter((example) => {
  const why = unplayable(example);
  if (why === null) return true;
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

for (const example of playable.filter((one) => busExamples.includes(one))) {
  test(`${example}: the command that holds a module to the suites takes it`, async () => {
    const words = ['conformance', `${folderOf(example)}/bus.ts`, '--only', 'processes: what one publishes'];
    const { code, stdout, stderr } = await testbed(words);
    assert.is(code, 0, stdout + stderr);
    assert.match(stdout, /^1 passed, 0 failed, 0 not claimed$/m);
  });
}

test.run();
