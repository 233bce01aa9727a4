import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../core/random.ts';
import { Arrivals } from '../../scenarios/load/arrivals.ts';
import { type RatePiece, RateProfile } from '../../scenarios/load/rate.ts';

type Row = readonly [
  name: string,
  pieces: readonly RatePiece[],
  total: number,
  dueAt: readonly (readonly [number, number])[],
];

const never = Number.POSITIVE_INFINITY;
// biome-ignore format: a table
const rows: readonly Row[] = [
  [
    'constant',
    [{ forMs: 2000, fromPerS: 100, toPerS: 100 }],
    200,
    [[0, 0], [1, 10], [199, 1990], [199.5, 1995], [200, never]],
  ],
  [
    'less than one a second',
    [{ forMs: 10_000, fromPerS: 0.25, toPerS: 0.25 }],
    2.5,
    [[0, 0], [1, 4000], [2, 8000], [3, never]],
  ],
  [
    'a step',
    [{ forMs: 1000, fromPerS: 10, toPerS: 10 }, { forMs: 1000, fromPerS: 20, toPerS: 20 }],
    30,
    [[9, 900], [10, 1000], [11, 1050], [29, 1950], [30, never]],
  ],
  [
    'a pause between',
    [{ forMs: 1000, fromPerS: 10, toPerS: 10 }, { forMs: 500, fromPerS: 0, toPerS: 0 }, { forMs: 1000, fromPerS: 10, toPerS: 10 }],
    20,
    [[9, 900], [10, 1500], [11, 1600]],
  ],
  // The n-th of a ramp from 0 to 200/s in 1 s is due when 0.1 t^2 / 1000 = n.
  [
    'a ramp from nothing',
    [{ forMs: 1000, fromPerS: 0, toPerS: 200 }],
    100,
    [[0, 0], [1, 100], [25, 500], [99.999_999, 1000], [100, never]],
  ],
  [
    'a ramp to nothing',
    [{ forMs: 1000, fromPerS: 200, toPerS: 0 }],
    100,
    [[0, 0], [75, 500], [99, 900], [100, never]],
  ],
  [
    'a ramp between, then the rate reached',
    [{ forMs: 1000, fromPerS: 100, toPerS: 300 }, { forMs: 1000, fromPerS: 300, toPerS: 300 }],
    500,
    [[0, 0], [75, 500], [200, 1000], [230, 1100]],
  ],
  [
    'a ramp after a constant piece, from nothing',
    [{ forMs: 1000, fromPerS: 10, toPerS: 10 }, { forMs: 1000, fromPerS: 0, toPerS: 200 }],
    110,
    [[10, 1000], [11, 1100], [35, 1500]],
  ],
  ['nothing at all', [{ forMs: 1000, fromPerS: 0, toPerS: 0 }], 0, [[0, never], [1, never]]],
  ['no time', [{ forMs: 0, fromPerS: 10, toPerS: 10 }], 0, [[0, never]]],
  ['no pieces', [], 0, [[0, never]]],
];

function near(actual: number, expected: number, what: string): void {
  if (expected === never) assert.is(actual, never, what);
  else assert.ok(Math.abs(actual - expected) < 1e-3, `${what}: ${actual} is not ${expected}`);
}

for (const [name, pieces, total, dueAt] of rows) {
  test(`${name}: total and due times`, () => {
    const profile = new RateProfile(pieces);
    near(profile.total, total, 'total');
    for (const [count, ms] of dueAt) near(profile.dueAt(count), ms, `due at ${count}`);
    for (const [count, ms] of dueAt.toReversed())
      near(profile.dueAt(count), ms, `due at ${count}, asked backwards`);
    for (const [count, ms] of dueAt) if (ms !== never) near(profile.dueBy(ms), count, `due by ${ms}`);
    assert.is(profile.dueBy(1e9), profile.total);
  });
}

test('evenly spaced: exactly as many as the total, at exactly their times', () => {
  const profile = new RateProfile([{ forMs: 5000, fromPerS: 100, toPerS: 100 }]);
  const arrivals = new Arrivals('constant', profile, createRandom(1));
  const dues: number[] = [];
  for (; arrivals.dueMs < never; arrivals.advance()) dues.push(arrivals.dueMs);
  assert.is(dues.length, 500);
  assert.ok(dues.every((due, index) => Math.abs(due - 10 * index) < 1e-9));
});

test('an evenly spaced ramp from nothing starts, and sends its total', () => {
  const profile = new RateProfile([{ forMs: 10_000, fromPerS: 0, toPerS: 50 }]);
  const arrivals = new Arrivals('constant', profile, createRandom(1));
  let count = 0;
  for (; arrivals.dueMs < never; arrivals.advance()) count++;
  assert.is(count, 250);
});

function poisson(seed: number, pieces: readonly RatePiece[]): number[] {
  const arrivals = new Arrivals('poisson', new RateProfile(pieces), createRandom(seed));
  const dues: number[] = [];
  for (; arrivals.dueMs < never; arrivals.advance()) dues.push(arrivals.dueMs);
  return dues;
}

/** Mean and variance of how many fall into each second. */
function perSecond(dues: readonly number[], seconds: number): { mean: number; variance: number } {
  const counts = new Array<number>(seconds).fill(0);
  for (const due of dues) (counts[Math.floor(due / 1000)] as number)++;
  const mean = dues.length / seconds;
  return { mean, variance: counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (seconds - 1) };
}

for (const seed of [1, 2, 3]) {
  test(`Poisson, seed ${seed}: as many as asked for, as scattered as chance is`, () => {
    const seconds = 2000;
    const { mean, variance } = perSecond(
      poisson(seed, [{ forMs: seconds * 1000, fromPerS: 100, toPerS: 100 }]),
      seconds,
    );
    // Five standard errors: of a mean sqrt(100 / n), of a variance 100 * sqrt(2 / n).
    assert.ok(Math.abs(mean - 100) < 5 * Math.sqrt(100 / seconds), `mean ${mean}`);
    assert.ok(Math.abs(variance - 100) < 5 * 100 * Math.sqrt(2 / seconds), `variance ${variance}`);
  });

  test(`Poisson, seed ${seed}: gaps are exponential`, () => {
    const dues = poisson(seed, [{ forMs: 1_000_000, fromPerS: 50, toPerS: 50 }]);
    const gaps = dues.slice(1).map((due, index) => due - (dues[index] as number));
    // Of exponential gaps with mean 20 ms the share longer than t is exp(-t / 20).
    for (const longer of [5, 20, 60, 100]) {
      const share = gaps.filter((gap) => gap > longer).length / gaps.length;
      const wanted = Math.exp(-longer / 20);
      const error = 5 * Math.sqrt((wanted * (1 - wanted)) / gaps.length);
      assert.ok(Math.abs(share - wanted) < error, `${share} of the gaps exceed ${longer} ms, not ${wanted}`);
    }
  });
}

test('Poisson under a ramp: three quarters come in the second half', () => {
  const dues = poisson(5, [{ forMs: 100_000, fromPerS: 0, toPerS: 400 }]);
  const share = dues.filter((due) => due >= 50_000).length / dues.length;
  assert.ok(Math.abs(dues.length - 20_000) < 5 * Math.sqrt(20_000), `${dues.length} in all`);
  assert.ok(Math.abs(share - 0.75) < 0.02, `${share}`);
});

test('the same seed gives the same times, another seed others', () => {
  const pieces = [{ forMs: 10_000, fromPerS: 100, toPerS: 300 }];
  assert.equal(poisson(9, pieces), poisson(9, pieces));
  assert.not.equal(poisson(9, pieces), poisson(10, pieces));
});

test.run();
