import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawRounds } from '../../bin/draw-rounds.ts';
import { readResult } from '../../reports/read-result.ts';
import { planCells } from '../../scenarios/run/plan-cells.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import {
  inTurn,
  readIndex,
  readRecords,
  resultIn,
  scratch,
  start,
  testbed,
  undisturbed,
  until,
  writeScenario,
} from './command-line.ts';
import { cellOf } from './processes.ts';

const folder = scratch();
test.after(() => folder.remove());
const at = { cwd: folder.path };
const tiny = writeScenario(folder.path, 'tiny', {
  stacks: ['memory', 'sqlite'],
  thresholds: { errors: 'value <= 0', publish_ms: 'avg < 10s' },
});
const second = writeScenario(folder.path, 'second', {
  workload: { phases: [{ name: 'steady', for: '1s' }] },
});

/** The stacks in the order in which `--plan` says they are played. */
const planned = (stdout: string): readonly string[] =>
  [...stdout.matchAll(/^tiny +(\S+) +#(\d)/gm)].map(([, stack, iteration]) => `${stack} #${iteration}`);

test('two stacks, two rounds: one table, which the folder alone gives again', async () => {
  const flags = ['--stacks', 'memory,sqlite', '--iterations', '2', '--seed', '3'];
  const { code, stdout, stderr, output } = await undisturbed(join(folder.path, 'two'), (output) =>
    testbed(['compare', tiny, ...flags, '--output', output], at),
  );
  assert.is(code, 0, stdout + stderr);
  assert.match(stdout, /^tiny .*2 rounds, order drawn from the seed/s);
  assert.match(stdout, /^ +memory +sqlite$/m);
  assert.match(stdout, /^ +reference$/m);
  assert.match(stdout, /^publish_ms +avg +\S+ +PASS +\S+ +PASS$/m);
  assert.match(stdout, / x[\d.]+~? [\d.]+\.\.[\d.]+$/m);
  assert.match(stdout, /^batching: .*share\s+a\s+transaction\s+\(bus,\s+storage\s+of\s+sqlite\)/ms);
  assert.match(stdout, /^verdict +PASS +PASS$/m);

  const result = resultIn(output);
  assert.match(result, /compare-tiny$/);
  const { kind, reference, cells } = readIndex(result);
  assert.equal([kind, reference], ['compare', 'memory']);
  assert.equal(
    cells.map(({ stack, iteration, seed }) => [stack, iteration, seed]),
    [
      ['memory', 1, 3],
      ['sqlite', 1, 3],
      ['memory', 2, 4],
      ['sqlite', 2, 4],
    ],
    'listed as planned, in whatever order they were played',
  );
  assert.equal((await readResult(result)).doubts, []);

  const plan = await testbed(['compare', tiny, ...flags, '--plan'], at);
  const played = [...readRecords(result)].sort((left, right) => (left.startedAt < right.startedAt ? -1 : 1));
  assert.equal(
    planned(plan.stdout),
    played.map(({ stack, iteration }) => `${stack} #${iteration}`),
    'played as drawn',
  );

  const shown = await testbed(['show', result], at);
  assert.is(shown.code, 0);
  const body = (text: string): string => text.slice(0, text.indexOf('\n4 cells: '));
  assert.is(body(shown.stdout), body(stdout), 'show prints the same comparison');
  const [table, markdown, json] = await inTurn(['table', 'markdown', 'json'], 2, (format) =>
    testbed(['show', result, '--format', format], at),
  );
  assert.match(table?.stdout ?? '', /threshold.*\n.*median of 2 +median of 2/);
  assert.match(markdown?.stdout ?? '', /^# Testbed comparison/);
  assert.is(JSON.parse(json?.stdout ?? '').comparisons[0].reference, 'memory');
  assert.match(readFileSync(join(result, 'summary.md'), 'utf8'), /^# Testbed comparison/);
});

test('the order of the stacks decides on the reference and on nothing that is played', async () => {
  const plan = (stacks: string, seed: string) =>
    testbed(['compare', tiny, '--stacks', stacks, '--seed', seed, '--plan'], at);
  const [there, back, other] = await Promise.all([
    plan('memory,sqlite,memory+sqlite', '1'),
    plan('memory+sqlite,sqlite,memory', '1'),
    plan('memory,sqlite,memory+sqlite', '2'),
  ]);
  assert.is(there?.code, 0);
  assert.is(planned(there?.stdout ?? '').length, 15, 'five rounds unless told');
  assert.equal(planned(back?.stdout ?? ''), planned(there?.stdout ?? ''));
  assert.not.equal(planned(other?.stdout ?? ''), planned(there?.stdout ?? ''));
});

test('a stack that dies in the middle costs its own cell', async () => {
  const output = join(folder.path, 'dies');
  const flags = ['--stacks', 'memory,sqlite', '--iterations', '2', '--output', output];
  const { child, ended } = start(['compare', second, ...flags], at);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  await until('sqlite plays', () => /second sqlite round 1 ... steady/.test(said) || child.exitCode !== null);
  process.kill(cellOf(child.pid as number) as number, 'SIGKILL');
  const { code, stdout } = await ended;
  assert.is(code, 2, stdout);
  assert.match(stdout, /^ +memory +sqlite\n +reference +1 of 2 rounds$/m);
  assert.match(stdout, /^INCONCLUSIVE sqlite #1: its process ended with SIGKILL$/m);
  assert.match(stdout, / x[\d.]+ of 1$/m);
  const { cells } = readIndex(resultIn(output));
  assert.equal(
    cells.map(({ stack, iteration, record }) => [stack, iteration, record !== null]),
    [
      ['memory', 1, true],
      ['sqlite', 1, false],
      ['memory', 2, true],
      ['sqlite', 2, true],
    ],
  );
});

test('a stack that cannot promise what is asked is UNSUPPORTED, the reference too', async () => {
  const { stdout } = await testbed(
    [
      'compare',
      tiny,
      '--durability',
      'power-loss',
      '--iterations',
      '1',
      '--output',
      join(folder.path, 'weak'),
    ],
    at,
  );
  assert.match(stdout, /^verdict +UNSUPPORTED +(PASS|INCONCLUSIVE)$/m);
  assert.match(stdout, /^memory, the reference, left no numbers: there are no ratios\.$/m);
  assert.match(
    stdout,
    /^UNSUPPORTED memory: bus memory cannot be durable to "power-loss" \(it can: none\)$/m,
  );
});

const refused: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [[], /what is to be compared\? Name a file, --scenario NAME/],
  [[tiny, '--stacks', 'memory'], /tiny: a comparison needs two stacks or more: --stacks REFERENCE,OTHER/],
  [['--scenario', 'smoke'], /smoke: a comparison needs two stacks or more/],
  [[tiny, '--stacks', 'memory,memory'], /tiny on memory is asked for twice/],
  [[tiny, '--stacks', 'memory,sqlit'], /unknown stack "sqlit"; did you mean|unknown stack "sqlit"/],
  [[tiny, '--iterations', '0'], /--iterations 0: not a whole number from 1 to 100/],
  [[tiny, 'reversed.yaml'], /the scenarios list different stacks first; name the reference/],
];

test('what cannot be compared is refused before anything starts', async () => {
  writeScenario(folder.path, 'reversed', { stacks: ['sqlite', 'memory'] });
  await inTurn(refused, 2, async ([args, says]) => {
    const { code, stdout, stderr } = await testbed(['compare', ...args, '--output', 'refused'], at);
    assert.is(code, 3, stderr);
    assert.match(stderr, says);
    assert.is(stderr.trim().split('\n').length, 1, stderr);
    assert.is(stdout, '');
  });
  assert.not(existsSync(join(folder.path, 'refused')));
});

const stacks = ['a', 'b', 'c'].map((name) => ({ name, bus: name, storage: name }));
const scenarios = ['one', 'two'].map((name) => ({ scenario: { name } as Scenario, stacks }));

test('in every round each stack plays once, in an order of its own', () => {
  const cells = planCells(scenarios, 100, 1);
  const drawn = drawRounds(cells, 1);
  assert.is(new Set(drawn).size, cells.length);
  const orders = new Map<string, number>();
  for (let round = 0; round < 200; round++) {
    const own = drawn.slice(3 * round, 3 * round + 3);
    assert.is(new Set(own.map(({ scenario, iteration }) => `${scenario.name} ${iteration}`)).size, 1);
    assert.is(own[0]?.iteration, (round % 100) + 1);
    const order = own.map(({ stack }) => stack.name).join('');
    assert.equal([...order].sort().join(''), 'abc');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  assert.is(orders.size, 6, 'every order occurs');
  // A sixth of 200 each, about 33; these bounds are four standard deviations away and more.
  for (const [order, times] of orders) assert.ok(times >= 12 && times <= 60, `${order} ${times}`);
  assert.equal(drawRounds(cells, 1), drawn);
  assert.not.equal(drawRounds(cells, 2), drawn);
});

test.run();
