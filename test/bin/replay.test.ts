/** A run that failed says how what failed is played again. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { replaysOf } from '../../bin/replay.ts';
import type { FinishedCell } from '../../bin/run-cells.ts';

interface Given {
  readonly verdict?: string;
  readonly source?: string;
  readonly endsOnceLost?: boolean;
}

function finished(scenario: string, stack: string, seed: number, given: Given = {}): FinishedCell {
  const { verdict = 'FAIL', ...rest } = given;
  const cell = { scenario: { name: scenario, source: scenario, ...rest }, stack: { name: stack }, seed };
  return { cell, index: { verdict } } as unknown as FinishedCell;
}

// biome-ignore format: a table
const rows: readonly (readonly [what: string, words: readonly string[], cells: readonly FinishedCell[], commands: readonly string[]])[] = [
  ['each seed that failed, on the stacks where it did', ['run', '--suite=drills', '--profile=quick', '--iterations=3', '--seed=5'],
    [finished('one', 'redis', 5), finished('one', 'sqlite', 5), finished('one', 'redis', 6, { verdict: 'PASS' }), finished('one', 'redis', 7)],
    ['testbed run --scenario one --seed 5 --profile=quick --stacks redis,sqlite', 'testbed run --scenario one --seed 7 --profile=quick --stacks redis']],
  ['a file by its path, as a shell takes it', ['run', '--durability=none', '--', "my file's.yaml"],
    [finished('mine', 'memory', 1, { source: "./my file's.yaml" })],
    ["testbed run './my file'\\''s.yaml' --seed 1 --durability=none --stacks memory"]],
  ['nothing failed', ['run', '--scenario=one'], [finished('one', 'redis', 5, { verdict: 'INCONCLUSIVE' })], []],
  ['probes of a search are its own', ['run', '--scenario=one'], [finished('one', 'redis', 5, { endsOnceLost: true })], []],
  ['a gate is no run', ['gate', '--scenario=one'], [finished('one', 'redis', 5)], []],
  ['of many the first', ['run', '--scenario=one'], Array.from({ length: 9 }, (_, index) => finished('one', 'redis', index)),
    [...Array.from({ length: 5 }, (_, index) => `testbed run --scenario one --seed ${index} --stacks redis`), 'and 4 more, by their seeds in index.json']],
];

for (const [what, words, cells, commands] of rows) {
  test(what, () => assert.equal(replaysOf(words, cells), commands));
}

test.run();
