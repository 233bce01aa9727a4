import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  hasData,
  inTurn,
  readIndex,
  readRecords,
  resultIn,
  type Started,
  scratch,
  start,
  testbed,
  until,
  writeScenario,
} from './command-line.ts';
import { alive, cellOf, familyOf } from './processes.ts';

const folder = scratch();
test.after(() => folder.remove());
const long = writeScenario(folder.path, 'long', { workload: { phases: [{ name: 'steady', for: '10m' }] } });
const short = writeScenario(folder.path, 'short');

/** Starts a run of minutes and resolves once its first cell is under load and has data on the disk. */
async function underLoad(output: string, ...args: readonly string[]) {
  const started = start(['run', ...args, '--output', output], { cwd: folder.path, detached: true });
  const runner = started.child.pid as number;
  let said = '';
  started.child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  await until('the load plays', () => said.includes('steady') || started.child.exitCode !== null);
  const cell = cellOf(runner);
  assert.type(cell, 'number', `a cell is running: ${said}`);
  assert.ok(hasData(output), 'the stack has its data in the results folder');
  return { ...started, runner, cell: cell as number, family: familyOf(runner) };
}

const interrupts: readonly (readonly [what: string, send: (started: Started) => void])[] = [
  [
    'Ctrl-C at a terminal, which reaches the whole group',
    ({ child }) => process.kill(-(child.pid ?? 0), 'SIGINT'),
  ],
  ['INT to the runner alone', ({ child }) => child.kill('SIGINT')],
  ['TERM to the runner alone', ({ child }) => child.kill('SIGTERM')],
  ['a closed terminal', ({ child }) => process.kill(-(child.pid ?? 0), 'SIGHUP')],
];

test('an interrupt ends with 130, a record that says so, and nothing left', async () => {
  await inTurn([...interrupts.entries()], 2, async ([number, [what, send]]) => {
    const output = join(folder.path, `interrupt-${number}`);
    const started = await underLoad(output, long, short, '--stacks', 'sqlite,memory');
    send(started);
    const { code, stdout, stderr } = await started.ended;
    assert.is(code, 130, `${what}: ${stdout}${stderr}`);
    assert.match(stdout, /exit 130: interrupted/, what);
    const result = resultIn(output);
    const index = readIndex(result);
    assert.is(index.verdict, 'INCONCLUSIVE', what);
    assert.equal(
      index.cells.map(({ scenario, stack, verdict, reason }) => [scenario, stack, verdict, reason]),
      [
        ['long', 'sqlite', 'INCONCLUSIVE', undefined],
        ['long', 'memory', 'INCONCLUSIVE', 'interrupted before it was played'],
        ['short', 'sqlite', 'INCONCLUSIVE', 'interrupted before it was played'],
        ['short', 'memory', 'INCONCLUSIVE', 'interrupted before it was played'],
      ],
      what,
    );
    const [record] = readRecords(result);
    assert.is(record?.interrupted, true, what);
    assert.is(record?.verdict, 'INCONCLUSIVE', what);
    await until('nothing is left running', () => alive(started.family).length === 0);
    assert.not(hasData(output), `${what}: the data is gone`);
    assert.is((await testbed(['show', result])).code, 2, `${what}: can be shown`);
  });
});

test('a cell that does not answer an interrupt is ended all the same', async () => {
  const output = join(folder.path, 'stuck');
  const started = await underLoad(output, long, '--stacks', 'sqlite');
  process.kill(started.cell, 'SIGSTOP');
  started.child.kill('SIGINT');
  const { code, stdout } = await started.ended;
  assert.is(code, 130);
  assert.match(stdout, /interrupted before it could write its record/);
  await until('nothing is left running', () => alive(started.family).length === 0);
  assert.not(hasData(output), 'the data is gone');
});

const blows: readonly (readonly [what: string, deal: (cell: number) => void])[] = [
  ['a cell that works', () => {}],
  ['a cell that hangs', (cell) => process.kill(cell, 'SIGSTOP')],
];

test('a runner that is killed takes its cell along, leaves no index, and is no trouble to the next run', async () => {
  await inTurn([...blows.entries()], 2, async ([number, [what, deal]]) => {
    const output = join(folder.path, `killed-${number}`);
    const started = await underLoad(output, long, '--stacks', 'sqlite');
    deal(started.cell);
    started.child.kill('SIGKILL');
    assert.is((await started.ended).signal, 'SIGKILL', what);
    await until('nothing is left running', () => alive(started.family).length === 0);
    await until('the data is gone', () => !hasData(output));
    const incomplete = resultIn(output);
    assert.not(existsSync(join(incomplete, 'index.json')), `${what}: it does not look complete`);
    assert.is((await testbed(['show', incomplete])).code, 3, what);
    const next = await testbed(['run', short, '--stacks', 'sqlite', '--output', output]);
    assert.ok(next.code === 0 || next.code === 2, `${what}: ${next.stdout}${next.stderr}`);
    assert.is(globSync('*/cells/short/sqlite/1/record.json', { cwd: output }).length, 1, what);
    assert.is(globSync('*/index.json', { cwd: output }).length, 1, what);
  });
});

test('a cell that is killed is INCONCLUSIVE and costs no other cell', async () => {
  const output = join(folder.path, 'cell');
  const started = await underLoad(output, long, short, '--stacks', 'sqlite');
  process.kill(started.cell, 'SIGKILL');
  const { code, stdout, stderr } = await started.ended;
  assert.is(code, 2, stdout + stderr);
  const { cells } = readIndex(resultIn(output));
  assert.equal(
    cells.map(({ scenario, record, reason }) => [scenario, record, reason]),
    [
      ['long', null, 'its process ended with SIGKILL'],
      ['short', 'cells/short/sqlite/1/record.json', undefined],
    ],
  );
  assert.is(cells[0]?.verdict, 'INCONCLUSIVE');
  assert.match(stdout, /INCONCLUSIVE sqlite: its process ended with SIGKILL/);
  assert.not(hasData(output), 'the data is gone');
});

test('a cell that is asked to end leaves its record, and the run goes on', async () => {
  const output = join(folder.path, 'asked');
  const started = await underLoad(output, long, short, '--stacks', 'memory');
  process.kill(started.cell, 'SIGTERM');
  const { code, stdout, stderr } = await started.ended;
  assert.is(code, 2, stdout + stderr);
  const records = readRecords(resultIn(output));
  assert.equal(
    records.map(({ scenario, interrupted }) => [scenario, interrupted]),
    [
      ['long', true],
      ['short', false],
    ],
  );
});

test.run();
