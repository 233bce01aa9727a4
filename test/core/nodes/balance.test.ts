import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { moveTo } from '../../../core/nodes/balance.ts';
import type { NodeLife } from '../../../core/nodes/life.ts';

const lives = (loads: readonly number[]): readonly NodeLife[] =>
  loads.map((load, index) => ({
    ...{ token: index + 1, node: `node-${index + 1}`, address: null },
    ...{ beat: 1, load, stands: true },
  }));

// biome-ignore format: a table
const rows: readonly (readonly [name: string, loads: readonly number[], most: number, expected: string | null])[] = [
  ['one that joins gets its share', [0, 30, 30], 100, '10 of 2'],
  ['in steps', [0, 30, 30], 4, '4 of 2'],
  ['from the fullest, and of it what it has beyond the average', [0, 20, 40], 100, '20 of 3'],
  ['no more than it lacks', [15, 30, 30], 100, '5 of 2'],
  ['a small difference is none', [24, 30, 30], 100, null],
  ['it has most', [30, 0, 0], 100, null],
  ['alone', [0], 100, null],
  ['nobody has any', [0, 0], 100, null],
  ['less than one to be moved', [0, 1, 1], 100, null],
];
for (const [name, loads, most, expected] of rows) {
  test(`balance: ${name}`, () => {
    const move = moveTo(1, lives(loads), most);
    assert.is(move && `${move.count} of ${move.from.token}`, expected);
  });
}

test('balance: who is not among those that stand takes nothing', () => {
  assert.is(moveTo(9, lives([0, 30]), 100), null);
});

test.run();
