/** Gates that are played: how rounds are drawn, when they end, and one played for real. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gate } from '../../bin/commands/gate.ts';
import { explain } from '../../bin/error-text.ts';
import { parseFlags } from '../../bin/flags.ts';
import { drawSides, sidesOf } from '../../bin/gate/play-sides.ts';
import { sideOf } from '../../bin/gate/side.ts';
import { roundsDrawn, untilSettled } from '../../bin/gate/until-settled.ts';
import { type FinishedCell, type RunCellsOptions, runCells } from '../../bin/run-cells.ts';
import { usualRules } from '../../reports/gate/rule.ts';
import { readResult } from '../../reports/read-result.ts';
import type { GatePlan, RunRecord } from '../../reports/record.ts';
import { writeRecord } from '../../reports/write-result.ts';
import type { Cell, Scenario } from '../../scenarios/scenario.ts';
import { playShortCell } from '../doubles/short-cell.ts';
import { slowerPublish } from '../doubles/slower-publish.ts';
import { readIndex, resultIn, scratch, testbed, writeScenario } from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());
const at = { cwd: folder.path };
const tiny = writeScenario(folder.path, 'tiny', { workload: { phases: [{ name: 'steady', for: '150ms' }] } });
writeScenario(folder.path, 'both', { stacks: ['memory', 'sqlite'] });
const file = (name: string, text: string): string => {
  writeFileSync(join(folder.path, name), text);
  return join(folder.path, name);
};

type Played = Extract<ReturnType<typeof sideOf>, { kind: 'played' }>;
const side = (text: string): Played => sideOf('--base', text) as Played;
const scenario = {
  name: 'one',
  options: { bus: {}, storage: { sqlite: { a: 1 } } },
  thresholds: [],
} as unknown as Scenario;
const stacks = [{ name: 'sqlite', bus: 'sqlite', storage: 'sqlite' }];

test('in every round both sides play with one seed, the one or the other first; nothing else is left to chance', () => {
  const all = ['one', 'two'].map((name) =>
    sidesOf({ scenario: { ...scenario, name }, stacks }, side('stack:memory'), side('stack:redis')),
  );
  const cells = drawSides(all, 100, 7);
  assert.is(cells.length, 400);
  let baseFirst = 0;
  for (let pair = 0; pair < 200; pair++) {
    const [first, second] = cells.slice(2 * pair, 2 * pair + 2) as [Cell, Cell];
    assert.equal([first.stack.name, second.stack.name].toSorted(), ['base', 'head']);
    assert.equal(
      [first.seed, first.iteration, first.scenario.name],
      [second.seed, second.iteration, second.scenario.name],
    );
    assert.is(first.iteration, Math.floor(pair / 2) + 1, 'all scenarios in every round');
    if (first.stack.name === 'base') baseFirst++;
  }
  // Of 200 fair coins; four standard deviations are 28.
  assert.ok(baseFirst > 72 && baseFirst < 128, `${baseFirst}`);
  assert.equal(drawSides(all, 100, 7), cells);
  assert.not.equal(drawSides(all, 100, 8), cells);
  assert.equal(cells.find(({ stack }) => stack.name === 'base')?.stack, {
    name: 'base',
    bus: 'memory',
    storage: 'memory',
  });
});

test('options are laid over those of the scenario, on that side alone', () => {
  const options = file('options.yaml', 'storage: { b: 2 }\nbus: { sqlite: { pollMs: 5 } }\n');
  const sides = sidesOf({ scenario, stacks }, side('stack:sqlite'), side(`options:${options}`));
  const own = (name: string): Scenario['options'] =>
    drawSides([sides], 3, 1).find(({ stack }) => stack.name === name)?.scenario.options;
  assert.equal(own('base'), scenario.options);
  assert.equal(own('head'), { bus: { sqlite: { pollMs: 5 } }, storage: { sqlite: { a: 1 }, b: 2 } });
});

/** Measured in virtual time. */
const workload = { eventsPerS: 300, messagesPerS: 0, chain: null };
const [plain, slow] = [
  await playShortCell({ workload, bus: slowerPublish(1) }),
  await playShortCell({ workload, bus: slowerPublish(3) }),
];
const plan: GatePlan = {
  base: 'a',
  head: 'b',
  looks: [12, 20, 30],
  alpha: 0.01,
  named: false,
  rules: usualRules,
};

const late = { verdict: 'INCONCLUSIVE', about: 'generator too slow', detail: 'by a test' } as const;

/** Sixteen rounds, all of them kept of an earlier run, so that none is played: only where it ends is asked. */
async function roundsWith(
  name: string,
  head: RunRecord,
  disturbed: readonly number[] = [],
): Promise<Pick<RunCellsOptions, 'cells' | 'kept' | 'directory'>> {
  const directory = join(folder.path, name);
  mkdirSync(directory);
  const kept = new Map<Cell, FinishedCell>();
  for (let iteration = 1; iteration <= 16; iteration++) {
    for (const [stack, measured] of [
      ['base', plain],
      ['head', head],
    ] as const) {
      const findings = disturbed.includes(iteration) ? [late] : measured.findings;
      const record = await writeRecord(directory, { ...measured, findings, stack, iteration });
      const index = { scenario: 'short', stack, iteration, seed: 1, verdict: measured.verdict, record };
      const cell = { scenario: {}, stack: { name: stack }, iteration } as Cell;
      kept.set(cell, { cell, index, couldNotRun: false, detail: '' });
    }
  }
  return { cells: [...kept.keys()], kept, directory };
}
const [ofPlain, ofSlow] = [await roundsWith('plain', plain), await roundsWith('slow', slow)];

/** How many cells are played until the answer is known. */
async function cellsUntilSettled(rounds: typeof ofPlain, looks = plan.looks): Promise<number> {
  const options = { ...rounds, enough: untilSettled({ ...plan, looks }, 2) } as unknown as RunCellsOptions;
  return (await runCells(options)).length;
}

test('a bus that is 2 ms slower per publish, and none that is slower: both are known at the first look', async () => {
  assert.is(await cellsUntilSettled(ofSlow), 24);
  assert.is(await cellsUntilSettled(ofPlain), 24);
});

test('a look that is too early for so many metrics says nothing: the next one does', async () => {
  assert.is(await cellsUntilSettled(ofSlow, [10, 14, 30]), 28);
  assert.is(await cellsUntilSettled(ofPlain, [10, 14, 30]), 28);
});

test('a round that the machine has disturbed is played again, and as many are drawn as may have to be', async () => {
  assert.is(await cellsUntilSettled(await roundsWith('disturbed', plain, [2, 7, 12])), 30);
  assert.is(roundsDrawn([12, 20, 30]), 40);
  // More than a quarter: whatever the others say, nothing is known before there is no round left.
  assert.is(await cellsUntilSettled(await roundsWith('shaken', plain, [1, 2, 3, 4, 5, 6])), 32);
});

test('the last look ends it, known or not', async () => {
  assert.is(await cellsUntilSettled(ofPlain, [2, 9, 10]), 20);
});

test('played for real: fresh processes in rounds, one answer, which the folder alone gives again', async () => {
  // Seven rounds of one metric at one look; the margins are so wide that only what a busy machine does to a round matters.
  const words = ['--looks', '7', '--primary', 'publish_ms', '--margin', '1000%', '--seed', '3'];
  const { code, stdout, stderr } = await testbed(
    ['gate', '--base', 'stack:memory', '--head', 'stack:memory', tiny, ...words],
    at,
  );
  assert.ok(code === 0 || code === 2, stdout + stderr);
  assert.match(
    stdout,
    /^stack:memory \(head\) against stack:memory \(base\), [7-9] rounds in random order, seed 3$/m,
  );
  assert.match(stdout, code === 0 ? /^gate: PASS$/m : /^gate: INCONCLUSIVE$/m);
  const result = resultIn(join(folder.path, 'results'));
  const index = readIndex(result);
  assert.equal([index.kind, index.reference, index.gate?.looks], ['gate', 'base', [7]]);
  assert.equal((await readResult(result)).doubts, []);
  const shown = await testbed(['show', result], at);
  assert.equal([shown.code, shown.stdout], [code, stdout]);
  assert.match(
    readFileSync(join(result, 'summary.md'), 'utf8'),
    /^# Testbed gate\n\n```text\nstack:memory \(head\)/,
  );
});

const options = file('bad.yaml', 'storage: { pollMs: 1 }\n');
const refused: readonly (readonly [words: string, says: RegExp])[] = [
  ['--base stack:memory', /what is to be held against what\? --base SIDE --head SIDE/],
  [
    '--base memory --head stack:sqlite',
    /--base memory: no side \(allowed: stack:NAME, adapter:PATH, commit:SHA, options:FILE, result:DIR\)/,
  ],
  ['--base stak:memory --head stack:sqlite', /--base stak:memory: no side; did you mean "stack"\?/],
  ['--base stack:memry --head stack:sqlite', /--base stack:memry: unknown stack "memry"/],
  ['--base stack:memory --head adapter:none.ts', /--head adapter:none\.ts: .*none\.ts/],
  ['--base stack:memory --head options:none.yaml', /--head options:none\.yaml: .*no such file/],
  [`--base stack:memory --head options:${tiny}`, /name is no part of a stack \(allowed: bus, storage\)/],
  [`--base stack:memory --head options:${options} ${tiny}`, /laid over .*unknown option "pollMs"/],
  [
    `--base stack:memory --head options:${options} ${join(folder.path, 'both.yaml')}`,
    /both lists several stacks: --stacks NAME says on which/,
  ],
  ['--base stack:memory --head result:x', /a result was played at another time/],
  ['--base result:none --head result:x', /x\/index\.json: not there/],
  [
    '--base result:none --head result:x --stacks memory',
    /--stacks says how to play, and results were played already/,
  ],
  ['--baseline main --base stack:memory x', /--baseline is a side already/],
  [
    `--base stack:memory --head stack:memory ${tiny} --force`,
    /--force is of results that were played before/,
  ],
  [
    `--base stack:memory --head stack:memory ${tiny} --looks 6 --primary errors`,
    /--looks 6: decides nothing; 1 looks at so many metrics take 7 rounds/,
  ],
  [`--base stack:memory --head stack:memory ${tiny} --looks 12,12`, /--looks: 12 is asked for twice/],
];
for (const [words, says] of refused) {
  test(`refused: gate ${words.replaceAll(folder.path, '')}`, async () => {
    try {
      await gate.run(parseFlags(gate, words.split(' ')));
    } catch (error) {
      const { code, text } = explain(error);
      assert.match(text, says);
      assert.ok(['INVALID_CONFIG', 'INVALID_RECORD'].includes(code), code);
      return;
    }
    assert.unreachable('it was not refused');
  });
}

test.run();
