import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../core/random.ts';
import { locationOf, signedRank } from '../../reports/signed-rank.ts';
import { type Pair, pairedRatio, spreadOf } from '../../reports/statistics.ts';

const rows: readonly (readonly [values: readonly number[], min: number, median: number, max: number])[] = [
  [[7], 7, 7, 7],
  [[3, 1], 1, 2, 3],
  [[10, 9, 100], 9, 10, 100],
  [[4, 1, 3, 2], 1, 2.5, 4],
  [[-1, -10, 0, 2, 1], -10, 0, 2],
];

for (const [values, min, median, max] of rows) {
  test(`median of ${values} is ${median}`, () => {
    const given = [...values];
    assert.equal(spreadOf(given), { count: values.length, min, median, max });
    assert.equal(given, values, 'what was given is not sorted in place');
  });
}

test('nothing has no median', () => {
  assert.is(spreadOf([]), null);
});

/** Every one of the 2^n ways to give signs to these sizes, and the rank sum each comes to: the definition, word for word. */
function tailsByEnumeration(differences: readonly number[]): {
  readonly less: number;
  readonly greater: number;
} {
  const sizes = differences.filter((difference) => difference !== 0).map(Math.abs);
  const rankOf = (size: number): number => {
    const below = sizes.filter((other) => other < size).length;
    const equal = sizes.filter((other) => other === size).length;
    return below + (equal + 1) / 2;
  };
  const ranks = sizes.map(rankOf);
  const signs = differences.filter((difference) => difference !== 0).map((difference) => difference > 0);
  const observed = ranks.reduce((total, rank, at) => total + (signs[at] ? rank : 0), 0);
  let [less, greater] = [0, 0];
  for (let assignment = 0; assignment < 2 ** ranks.length; assignment++) {
    const total = ranks.reduce((sum, rank, at) => sum + ((assignment >> at) & 1) * rank, 0);
    if (total <= observed) less++;
    if (total >= observed) greater++;
  }
  return { less: less / 2 ** ranks.length, greater: greater / 2 ** ranks.length };
}

test('tails are those of all sign assignments, up to ten differences, with equals and zeros', () => {
  const random = createRandom(1);
  for (let size = 0; size <= 10; size++) {
    for (const spread of [2, 5, 1000]) {
      const differences = Array.from({ length: size }, () => random.integer(-spread, spread));
      const { less, greater, twoSided, count } = signedRank(differences);
      const expected = tailsByEnumeration(differences);
      assert.ok(Math.abs(less - expected.less) < 1e-12, `${differences}: ${less} ${expected.less}`);
      assert.ok(Math.abs(greater - expected.greater) < 1e-12, `${differences}: ${greater}`);
      assert.is(twoSided, Math.min(1, 2 * Math.min(less, greater)));
      assert.is(count, differences.filter((difference) => difference !== 0).length);
    }
  }
});

test('by hand: three differences have eight assignments', () => {
  assert.equal(signedRank([1, 2, 3]), { count: 3, statistic: 6, greater: 1 / 8, less: 1, twoSided: 1 / 4 });
  assert.equal(signedRank([-1, 2, 3]), {
    count: 3,
    statistic: 5,
    greater: 2 / 8,
    less: 7 / 8,
    twoSided: 0.5,
  });
  // Two of one size share the ranks 1 and 2: the sums 0, 1.5, 1.5, 3, 3, 4.5, 4.5, 6.
  assert.equal(signedRank([1, -1, 5]), {
    count: 3,
    statistic: 4.5,
    greater: 3 / 8,
    less: 7 / 8,
    twoSided: 0.75,
  });
  assert.equal(signedRank([0, 0]), { count: 0, statistic: 0, greater: 1, less: 1, twoSided: 1 });
});

test('a textbook: nine patients before and after (Hollander and Wolfe)', () => {
  const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
  const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
  const { statistic, greater } = signedRank(before.map((value, at) => value - (after[at] as number)));
  assert.is(statistic, 40);
  assert.is(greater.toFixed(5), '0.01953');
});

/** Largest rank sum that is significant, two-sided, as printed tables have it: n, at 5 %, at 1 %. */
const criticalValues: readonly (readonly [count: number, five: number | null, one: number | null])[] = [
  [5, null, null],
  [6, 0, null],
  [7, 2, null],
  [8, 3, 0],
  [9, 5, 1],
  [10, 8, 3],
  [11, 10, 5],
  [12, 13, 7],
  [13, 17, 9],
  [14, 21, 12],
  [15, 25, 15],
  [16, 29, 19],
  [17, 34, 23],
  [18, 40, 27],
  [19, 46, 32],
  [20, 52, 37],
  [25, 89, 68],
  [30, 137, 109],
];

for (const [count, five, one] of criticalValues) {
  test(`the interval of ${count} leaves out as many averages as the tables say`, () => {
    const values = Array.from({ length: count }, (_, at) => 1.7 ** at);
    const averages = values
      .flatMap((left, at) => values.slice(at).map((right) => (left + right) / 2))
      .sort((left, right) => left - right);
    for (const [confidence, critical] of [
      [0.95, five],
      [0.99, one],
    ] as const) {
      const { interval } = locationOf(values, confidence);
      if (critical === null) assert.is(interval, null);
      else {
        assert.is(interval?.low, averages[critical]);
        assert.is(interval?.high, averages.at(-1 - critical));
        assert.ok((interval?.confidence ?? 0) >= confidence);
      }
    }
  });
}

test('the interval holds just the shifts that the test does not reject', () => {
  const random = createRandom(7);
  for (const count of [6, 8, 12, 15]) {
    const values = Array.from({ length: count }, () => random.next() - 0.3);
    const { interval } = locationOf(values, 0.95);
    for (let tries = 0; tries < 200; tries++) {
      const shift = random.next() * 1.6 - 0.8;
      const { less, greater } = signedRank(values.map((value) => value - shift));
      const rejected = Math.min(less, greater) <= 0.025;
      const outside = shift < (interval?.low ?? 0) || shift > (interval?.high ?? 0);
      assert.is(rejected, outside, `${count} values, shift ${shift}`);
    }
  }
});

test('twelve pairs at 95 %: the real confidence is the one of 13 and less of 4096 assignments', () => {
  const { interval } = locationOf(
    Array.from({ length: 12 }, (_, at) => 2 ** at),
    0.95,
  );
  // 87 of the 4096 assignments have a sum of at most 13.
  assert.ok(Math.abs((interval?.confidence ?? 0) - (1 - (2 * 87) / 4096)) < 1e-12);
});

test('a ratio of pairs, by hand', () => {
  const pairs: Pair[] = [
    [1, 2],
    [10, 40],
    [5, 40],
  ];
  const found = pairedRatio(pairs);
  assert.is(found?.pairs, 3);
  near(found?.rounds.min, 2);
  near(found?.rounds.median, 4);
  near(found?.rounds.max, 8);
  // Averages of ln 2, ln 4, ln 8: in units of ln 2 they are 1, 1.5, 2, 2, 2.5, 3.
  near(found?.ratio, 4);
  assert.is(found?.interval, null, 'three rounds say nothing with 95 %');
  // And of ln 2, ln 4, ln 16: 1, 1.5, 2, 2.5, 3, 4.
  const skewed = pairedRatio([...pairs.slice(0, 2), [1, 16]]);
  near(skewed?.rounds.median, 4);
  near(skewed?.ratio, 2 ** 2.25);
  near(pairedRatio(pairs.slice(0, 2))?.rounds.median, Math.sqrt(8), 'the geometric mean of two');
});

test('one bad round moves the estimate little', () => {
  const pairs = Array.from({ length: 12 }, (_, at): Pair => [1, at === 5 ? 50 : 1.1 + at / 1000]);
  const found = pairedRatio(pairs);
  assert.ok((found?.ratio ?? 0) > 1.1 && (found?.ratio ?? 0) < 1.12, `${found?.ratio}`);
  assert.ok((found?.interval?.low ?? 0) > 1.1 && (found?.interval?.high ?? 9) < 1.12);
  assert.ok((found?.rounds.max ?? 0) > 49);
});

test('sides swapped give the inverse of every number', () => {
  const random = createRandom(3);
  const pairs = Array.from({ length: 14 }, (): Pair => [1 + random.next(), 2 + random.next()]);
  const [there, back] = [pairedRatio(pairs), pairedRatio(pairs.map(([one, other]): Pair => [other, one]))];
  near(back?.ratio, 1 / (there?.ratio ?? 0));
  near(back?.rounds.median, 1 / (there?.rounds.median ?? 0));
  near(back?.rounds.min, 1 / (there?.rounds.max ?? 0));
  near(back?.interval?.low, 1 / (there?.interval?.high ?? 0));
  near(back?.interval?.high, 1 / (there?.interval?.low ?? 0));
  assert.is(back?.interval?.confidence, there?.interval?.confidence);
});

test('no ratio without a pair, nor where one number has no logarithm', () => {
  assert.is(pairedRatio([]), null);
  for (const odd of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.is(
      pairedRatio([
        [1, 2],
        [1, odd],
      ]),
      null,
      `${odd}`,
    );
    assert.is(
      pairedRatio([
        [1, 2],
        [odd, 1],
      ]),
      null,
      `${odd}`,
    );
  }
});

function near(value: number | undefined, expected: number, message?: string): void {
  assert.ok(Math.abs((value ?? Number.NaN) / expected - 1) < 1e-9, message ?? `${value}, not ${expected}`);
}

test.run();
