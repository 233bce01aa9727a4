/** A matrix that was killed or interrupted goes on, and comes to the same cells; what has changed is refused. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { refuseChanges } from '../../bin/resume/differences.ts';
import { type PlanFile, planOf, readPlan } from '../../bin/resume/plan-file.ts';
import { markRunning, refuseRunning } from '../../bin/resume/running-mark.ts';
import { loadScenarios } from '../../config/load-scenario.ts';
import type { IndexCell, RunRecord } from '../../reports/record.ts';
import { readEnvironment } from '../../scenarios/run/environment.ts';
import { planCells } from '../../scenarios/run/plan-cells.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import {
  hasData,
  readIndex,
  resultIn,
  scratch,
  start,
  testbed,
  until,
  writeScenario,
} from './command-line.ts';
import { alive, familyOf } from './processes.ts';

const folder = scratch();
test.after(() => folder.remove());

const identityOf = ({ scenario, stack, iteration, seed, parameters }: IndexCell): string =>
  JSON.stringify([scenario, stack, iteration, seed, parameters]);

const recordOf = (result: string, { record }: IndexCell): RunRecord =>
  JSON.parse(readFileSync(join(result, record as string), 'utf8'));

/** Starts a run and resolves when it says that it is at this cell. */
async function playingCell(number: number, args: readonly string[]) {
  const started = start(args, { cwd: folder.path });
  let said = '';
  started.child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  await until(`cell ${number} plays`, () => said.includes(`[${number}/`) || started.child.exitCode !== null);
  return { ...started, family: familyOf(started.child.pid as number) };
}

test('after kill -9 in the middle of a comparison: the same cells as without, and what was done is kept', async () => {
  const scenario = writeScenario(folder.path, 'killed', {
    workload: { phases: [{ name: 'steady', for: '500ms' }] },
  });
  const output = join(folder.path, 'killed');
  const args = ['compare', scenario, '--stacks', 'memory,sqlite', '--iterations', '2', '--output', output];
  const { child, ended, family } = await playingCell(3, args);
  const result = resultIn(output);
  child.kill('SIGKILL');
  await ended;
  await until('nothing is left running', () => alive(family).length === 0);
  const unfinished = await testbed(['show', result]);
  assert.is(unfinished.code, 3);
  assert.match(unfinished.stderr, /--resume/);

  const planned = JSON.parse(readFileSync(join(result, 'plan.json'), 'utf8')).cells as IndexCell[];
  const other = await testbed(['run', '--resume', result]);
  assert.is(other.code, 3);
  assert.match(
    other.stderr,
    /was begun by testbed compare, not by run; go on with: testbed compare --resume /,
  );
  const { stderr, code } = await testbed(['compare', '--resume', result]);
  assert.ok([0, 1, 2].includes(code ?? -1), stderr);
  assert.not.match(stderr, /\[[12]\/4\]/, 'the first two were done');
  assert.match(stderr, /\[4\/4\]/);

  const index = readIndex(result);
  assert.match(
    index.command,
    /^testbed compare --resume=.* --stacks=memory --stacks=sqlite .*--iterations=2/,
  );
  assert.is(index.kind, 'compare');
  assert.is(index.reference, 'memory');
  assert.equal(index.cells.map(identityOf).toSorted(), planned.map(identityOf).toSorted());
  const records = index.cells.map((cell) => recordOf(result, cell));
  assert.is(records.filter(({ interrupted }) => interrupted).length, 0);
  assert.is(new Set(records.map(({ key }) => key)).size, 4);
  assert.not(hasData(output));
});

test('an interrupted cell is played again; a complete folder is left as it is, and more may be asked of it', async () => {
  const scenario = writeScenario(folder.path, 'stopped', {
    workload: { phases: [{ name: 'steady', for: '400ms' }] },
  });
  const output = join(folder.path, 'stopped');
  const args = ['run', scenario, '--iterations', '2', '--output', output];
  const { child, ended } = await playingCell(1, args);
  child.kill('SIGINT');
  const interrupted = await ended;
  assert.is(interrupted.code, 130);
  const result = resultIn(output);
  assert.match(interrupted.stderr, /^interrupted; go on with: testbed run --resume .*-stopped$/m);
  assert.is(readIndex(result).cells.length, 2);

  const { stderr } = await testbed(['run', '--resume', result, '--iterations', '3']);
  const index = readIndex(result);
  assert.equal(
    index.cells.map(({ iteration, record }) => [iteration, record !== null]),
    [
      [1, true],
      [2, true],
      [3, true],
    ],
    stderr,
  );
  const startOf = (cell: IndexCell): string => recordOf(result, cell).startedAt;
  const starts = index.cells.map(startOf);
  assert.not(index.cells.some((cell) => recordOf(result, cell).interrupted));

  const spoiled = index.cells[1] as IndexCell;
  writeFileSync(join(result, spoiled.record as string), '{ "schemaVersion": 1,');
  const plan = await testbed(['run', '--resume', result, '--plan']);
  assert.match(plan.stdout, /1 cell, /);
  await testbed(['run', '--resume', result]);
  const again = readIndex(result).cells.map(startOf);
  assert.equal(
    again.map((at, cell) => at === starts[cell]),
    [true, false, true],
    'only what was no whole record',
  );
  const idle = await testbed(['run', '--resume', result]);
  assert.is(idle.stderr, '');
  assert.equal(readIndex(result).cells.map(startOf), again);

  const refusal = async (...words: readonly string[]): Promise<string> => {
    const { code, stderr } = await testbed(['run', ...words, '--resume', result]);
    assert.is(code, 3, stderr);
    assert.is(stderr.trim().split('\n').length, 1, stderr);
    return stderr;
  };
  assert.match(
    await refusal(scenario, '--stacks', 'sqlite'),
    /stopped on memory #1 is not asked for any more/,
  );
  writeScenario(folder.path, 'stopped', { workload: { subscribers: 5 } });
  assert.match(await refusal(), /scenario stopped: workload\.subscribers\.count was 2, is 5/);
});

const environment = readEnvironment();
const [scenario] = loadScenarios('smoke', { profile: 'full', env: {} });
const stack = {
  name: 'my-bus.ts',
  bus: 'my-bus.ts',
  storage: 'my-bus.ts',
  modules: { 'my-bus.ts': '/my-bus.ts' },
};

function plan(
  seed = 1,
  change: Partial<Scenario> = {},
  hash = 'aa',
  url = 'redis://me:secret@here',
): PlanFile {
  const module = { name: 'my-bus.ts', brings: ['bus'], version: null, hash } as const;
  const adapter = { name: 'mine', options: {} };
  const { plan: planned } = planOf({
    cells: planCells([{ scenario: { ...(scenario as Scenario), ...change }, stacks: [stack] }], 1, seed),
    environment,
    given: { redis: { url } },
    inspected: { facts: () => ({ bus: adapter, storage: adapter, modules: [module] }), problem: () => null },
    purpose: undefined,
    seed,
    startedAt: '2026-11-24T09:00:00Z',
    words: ['run'],
  });
  return planned;
}

const changes: readonly (readonly [what: string, now: PlanFile, says: RegExp | null])[] = [
  ['nothing', plan(), null],
  ['where the scenario lies, and where else it is played', plan(1, { source: 'x', stacks: [] }), null],
  ['a password', plan(1, {}, 'aa', 'redis://me:other@here'), null],
  ['the seed', plan(7), /: seed was 1, is 7$/],
  [
    'a field',
    plan(1, { durability: 'power-loss' }),
    /: scenario smoke: durability was "none", is "power-loss"$/,
  ],
  ['a check', plan(1, { checks: [] }), /: scenario smoke: checks\.0 was ".*", is absent/],
  ['a module', plan(1, {}, 'bb'), /: module: my-bus\.ts was "aa", is "bb"$/],
  ['the server', plan(1, {}, 'aa', 'redis://me:secret@there'), /: given servers: redis was /],
  [
    'the machine',
    { ...plan(), machine: { ...plan().machine, node: '1.2.3' } },
    /machine: node was "24\.|machine: node was "22\./,
  ],
  ['the program', { ...plan(), testbed: '0.0.1' }, /testbed was ".*", is "0\.0\.1"/],
  ['what is asked for', { ...plan(), cells: [] }, /smoke on my-bus\.ts #1 is not asked for any more$/],
];

for (const [what, now, says] of changes) {
  test(`${says === null ? 'goes on' : 'refused'} when ${what} has changed`, () => {
    const refuse = (): void => refuseChanges('DIR', plan(), now);
    if (says === null) refuse();
    else assert.throws(refuse, says);
    const same = now.cells[0]?.key === plan().cells[0]?.key;
    if (says === null) assert.ok(same);
  });
}

test('a folder that is being played by a process that lives is refused', () => {
  const unmark = markRunning(folder.path);
  assert.throws(
    () => refuseRunning(folder.path),
    new RegExp(`still being played, by process ${process.pid}$`),
  );
  writeFileSync(join(folder.path, '.running'), `${process.pid} of another birth`);
  refuseRunning(folder.path);
  unmark();
  refuseRunning(folder.path);
});

test('a folder that is no run, or a plan that is none, is said in one line', async () => {
  const file = join(folder.path, 'plan.json');
  assert.throws(() => readPlan(folder.path), /plan\.json: not there: no run was begun in this folder$/);
  writeFileSync(file, '{');
  assert.throws(() => readPlan(folder.path), /plan\.json: cannot be read/);
  writeFileSync(file, '{}');
  assert.throws(() => readPlan(folder.path), /plan\.json: is no plan of a run$/);
  const { code, stderr } = await testbed(['run', '--resume', folder.path, '--output', folder.path]);
  assert.is(code, 3);
  assert.match(stderr, /it takes no --output$/m);
});

test.run();
