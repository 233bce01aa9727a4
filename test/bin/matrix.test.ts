/** Fields that list values, seen from the command line: cells, records, folders, tables and the plan. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  readIndex,
  readRecords,
  resultIn,
  scratch,
  testbed,
  undisturbed,
  writeScenario,
} from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());

const listed = writeScenario(folder.path, 'listed', {
  workload: { agents: [2, 3], events: ['10/s per agent', '100/s'] },
  checks: ['no-phantom'],
});
const one = ['listed.yaml', '--output'];

test('every combination is a cell of its own, with its values in index, record and table', async () => {
  const { code, stdout, output } = await undisturbed(folder.path, (into) =>
    testbed(['run', ...one, into], { cwd: folder.path }),
  );
  assert.is(code, 0, stdout);
  const result = resultIn(output);
  const expected = [2, 3].flatMap((agents) =>
    ['10/s per agent', '100/s'].map((events) => ({ agents, events })),
  );
  const { cells } = readIndex(result);
  assert.equal(
    cells.map(({ parameters }) => parameters),
    expected,
  );
  assert.is(new Set(cells.map(({ record }) => record)).size, 4);
  const records = readRecords(result);
  assert.equal(
    records.map(({ parameters, workload }) => [parameters, workload['agents'], workload['eventsPerS']]),
    [
      [expected[0], 2, 20],
      [expected[1], 2, 100],
      [expected[2], 3, 30],
      [expected[3], 3, 100],
    ],
  );
  for (const agents of [2, 3]) {
    assert.match(stdout, new RegExp(`^${agents} +100/s +\\d+ +PASS$`, 'm'));
  }
  assert.match(stdout, /^4 cells: 4 PASS/m);
  assert.match(readFileSync(join(result, 'summary.md'), 'utf8'), /agents = 3 - events = "100\/s"/);
  const again = await testbed(['show', result], { cwd: folder.path });
  assert.is(again.code, 0);
  assert.ok(/^3 +100\/s +\d+ +PASS$/m.test(again.stdout));
});

test('--plan prints the cells with their values, and --agents lists as the file does', async () => {
  const plan = async (...args: readonly string[]): Promise<readonly string[]> => {
    const { code, stdout, stderr } = await testbed(['run', ...args, '--plan'], { cwd: folder.path });
    assert.is(code, 0, stderr);
    // A line that was folded goes on further in.
    return stdout
      .trim()
      .replaceAll(/\n {2}/g, ' ')
      .split('\n');
  };
  const [head = '', ...cells] = await plan('listed.yaml', '--iterations', '2');
  assert.match(head, /^seed 1, 8 cells, about 11 s: 3 s of load/);
  assert.match(cells[0] ?? '', /^listed agents=2 events=10\/s per agent memory +#1 +seed 1 +steady 0\.3 s$/);
  assert.is(cells.length, 8);
  assert.equal(
    (await plan('--agents', '5,7', '--stacks', 'memory')).slice(1).map((line) => line.slice(0, 15)),
    ['custom agents=5', 'custom agents=7'],
  );
  assert.match((await plan('--agents', '5', '--stacks', 'memory'))[1] ?? '', /^custom {11}memory/);
  assert.is((await plan('listed.yaml', '--agents', '5')).length, 1 + 2);
});

test('validate counts the combinations, and shows all of them', async () => {
  const { stdout } = await testbed(['validate', 'listed.yaml'], { cwd: folder.path });
  assert.is(stdout, 'listed.yaml: ok (listed, 4 combinations of parameters)\n');
  const resolved = await testbed(['validate', 'listed.yaml', '--resolved'], { cwd: folder.path });
  assert.equal(
    JSON.parse(resolved.stdout).map(({ workload }: { workload: { agents: number } }) => workload.agents),
    [2, 2, 3, 3],
  );
});

test('a field listed twice in one run is refused', async () => {
  const { code, stderr } = await testbed(['run', listed, listed], { cwd: folder.path });
  assert.is(code, 3);
  assert.match(stderr, /listed agents=2 events=10\/s per agent on memory is asked for twice/);
});

test.run();
