import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../core/random.ts';
import { Intervals } from '../../scenarios/ledger/intervals.ts';

function piecesOf(members: ReadonlySet<number>): number[][] {
  const pieces: number[][] = [];
  for (const value of [...members].sort((a, b) => a - b)) {
    const last = pieces.at(-1);
    if (last?.[1] === value - 1) last[1] = value;
    else pieces.push([value, value]);
  }
  return pieces;
}

function of(...pieces: readonly (readonly [number, number])[]): Intervals {
  const intervals = new Intervals();
  for (const [from, to] of pieces) intervals.add(from, to);
  return intervals;
}

// biome-ignore format: a table
const additions: readonly (readonly [name: string, from: number, to: number, pieces: number[][]])[] = [
  ['before all', 1, 2, [[1, 2], [10, 20], [30, 40]]],
  ['touching from below', 5, 9, [[5, 20], [30, 40]]],
  ['touching from above', 21, 25, [[10, 25], [30, 40]]],
  ['inside', 12, 13, [[10, 20], [30, 40]]],
  ['closing the gap exactly', 21, 29, [[10, 40]]],
  ['over all', 1, 99, [[1, 99]]],
  ['overlapping one end', 35, 45, [[10, 20], [30, 45]]],
  ['after all', 50, 50, [[10, 20], [30, 40], [50, 50]]],
];
for (const [name, from, to, pieces] of additions) {
  test(`add ${name}`, () => {
    const intervals = of([10, 20], [30, 40]);
    intervals.add(from, to);
    assert.equal([...intervals.ranges()], pieces);
    assert.is(intervals.pieces, pieces.length);
    assert.is(
      intervals.size,
      pieces.reduce((sum, [low, high]) => sum + (high as number) - (low as number) + 1, 0),
    );
  });
}

const counts: readonly (readonly [from: number, to: number, count: number])[] = [
  [0, 9, 0],
  [10, 10, 1],
  [20, 30, 2],
  [0, Number.POSITIVE_INFINITY, 22],
  [15, 34, 11],
  [21, 29, 0],
  [41, 99, 0],
  [18, 12, 0],
];
for (const [from, to, count] of counts) {
  test(`${count} lie from ${from} to ${to}`, () => {
    assert.is(of([10, 20], [30, 40]).countWithin(from, to), count);
  });
}

test('takes out a whole interval by any of its numbers', () => {
  const intervals = of([10, 20], [30, 40]);
  assert.is(intervals.deleteInterval(25), 0);
  assert.is(intervals.deleteInterval(20), 11);
  assert.equal([...intervals.ranges()], [[30, 40]]);
  assert.is(intervals.size, 11);
});

const step = fc.record({
  do: fc.constantFrom('add', 'delete'),
  from: fc.integer({ min: 1, max: 60 }),
  length: fc.integer({ min: 0, max: 8 }),
});

test('is the set of the numbers added and not taken out', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 80, size: 'max' }),
      fc.nat(70),
      fc.nat(70),
      (steps, low, high) => {
        const intervals = new Intervals();
        const members = new Set<number>();
        for (const { do: what, from, length } of steps) {
          if (what === 'delete') {
            assert.is(intervals.delete(from), members.delete(from));
            continue;
          }
          intervals.add(from, from + length);
          for (let value = from; value <= from + length; value++) members.add(value);
        }
        assert.equal([...intervals.ranges()], piecesOf(members));
        assert.is(intervals.size, members.size);
        assert.is(
          intervals.countWithin(low, high),
          [...members].filter((value) => value >= low && value <= high).length,
        );
        for (let value = 0; value < 70; value++) assert.is(intervals.has(value), members.has(value));
      },
    ),
    { numRuns: 500, seed: 2 },
  );
});

function shuffled(count: number): number[] {
  const random = createRandom(6);
  const values = Array.from({ length: count }, (_, index) => index);
  for (let at = count - 1; at > 0; at--) {
    const other = random.integer(0, at);
    [values[at], values[other]] = [values[other] as number, values[at] as number];
  }
  return values;
}

const count = 20_000;
const orders: readonly (readonly [name: string, values: readonly number[]])[] = [
  ['ascending', shuffled(count).sort((a, b) => a - b)],
  ['descending', shuffled(count).sort((a, b) => b - a)],
  ['in no order', shuffled(count)],
];
for (const [name, values] of orders) {
  test(`many pieces, ${name}: put in, joined, and taken out again`, () => {
    const intervals = new Intervals();
    for (const value of values) intervals.add(10 * value, 10 * value + 4);
    assert.equal([intervals.pieces, intervals.size], [count, 5 * count]);
    for (const value of values) assert.ok(intervals.delete(10 * value + 2));
    assert.equal([intervals.pieces, intervals.size], [2 * count, 4 * count]);
    const pieces = [...intervals.ranges()];
    assert.ok(
      pieces.every(([from, to], index) => from === 10 * (index >> 1) + 3 * (index & 1) && to === from + 1),
    );
    assert.is(intervals.countWithin(1, 10 * count), 4 * count - 1);
    for (const value of values) intervals.add(10 * value + 2, 10 * value + 2);
    assert.equal([intervals.pieces, intervals.size], [count, 5 * count]);
    for (const value of values) assert.is(intervals.deleteInterval(10 * value + 3), 5);
    assert.equal([intervals.pieces, intervals.size, [...intervals.ranges()].length], [0, 0, 0]);
    intervals.add(5, 1e9);
    assert.equal([...intervals.ranges()], [[5, 1e9]]);
  });
}

test('one interval over all swallows many pieces', () => {
  const intervals = new Intervals();
  for (let value = 0; value < 5000; value++) intervals.add(2 * value, 2 * value);
  intervals.add(100, 9000);
  assert.equal([intervals.pieces, intervals.size], [50 + 1 + 499, 50 + 8901 + 499]);
});

test.run();
