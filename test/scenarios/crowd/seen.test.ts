/** What a client has been given: what counts, what came twice, and what is missing. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Range, Seen } from '../../../scenarios/crowd/seen.ts';

const rows: readonly (readonly [
  what: string,
  given: readonly number[],
  owed: readonly Range[],
  counted: number,
  duplicates: number,
  missing: number,
])[] = [
  ['nothing', [], [[5, 9]], 0, 0, 5],
  ['all in order', [5, 6, 7, 8, 9], [[5, 9]], 5, 0, 0],
  ['what was sent before does not count', [3, 4, 5], [[5, 5]], 1, 0, 0],
  ['a hole', [5, 7, 8], [[5, 8]], 3, 0, 1],
  [
    'a hole that nobody is owed',
    [5, 7, 8],
    [
      [5, 5],
      [7, 8],
    ],
    3,
    0,
    0,
  ],
  ['a hole that is filled later', [5, 8, 6, 7], [[5, 8]], 4, 0, 0],
  ['again after a reconnect', [5, 6, 6, 7, 5], [[5, 7]], 3, 2, 0],
  ['a filled hole again', [5, 7, 6, 6], [[5, 7]], 3, 1, 0],
  [
    'the end is missing',
    [5],
    [
      [5, 6],
      [8, 9],
    ],
    1,
    0,
    3,
  ],
];

for (const [what, given, owed, counted, duplicates, missing] of rows) {
  test(what, () => {
    const seen = new Seen([5]);
    assert.is(given.filter((sequence) => seen.mark(0, sequence)).length, counted);
    assert.is(seen.duplicates, duplicates);
    assert.is(seen.missing([owed]), missing);
  });
}

test('producers are counted apart, and one that is not of the load not at all', () => {
  const seen = new Seen([1, 1]);
  assert.equal(
    [seen.mark(0, 1), seen.mark(1, 1), seen.mark(-1, 1), seen.mark(2, 1)],
    [true, true, false, false],
  );
  assert.is(seen.missing([[[1, 1]], [[1, 2]]]), 1);
});

test.run();
