import fc from 'fast-check';
import { build } from 'hdr-histogram-js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../core/random.ts';
import { Histogram } from '../../scenarios/measure/histogram.ts';

const resolution = 0.001;
/** Below this all values share one bucket, in ms. */
const finest = 0.000_061_1;
const percents = [0.1, 1, 10, 50, 75, 90, 95, 99, 99.9, 99.99, 100];
const random = createRandom(7);

const distributions: { readonly [name: string]: () => number } = {
  uniform: () => random.next() * 500,
  exponential: () => random.exponential(3),
  'heavy tail': () => 0.02 / random.next() ** 1.5,
  'two humps': () => (random.next() < 0.9 ? 1 + random.next() : 900 + 200 * random.next()),
  'whole numbers': () => random.integer(0, 20),
  'one value': () => 7.125,
};

function exact(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(1, Math.ceil((percent / 100) * sorted.length - 1e-9)) - 1] as number;
}

function isNear(actual: number, expected: number, relative: number, what: string): void {
  const off = Math.abs(actual - expected);
  assert.ok(off <= relative * expected + finest, `${what}: ${actual} is not ${expected}`);
}

for (const [name, draw] of Object.entries(distributions)) {
  const values = Array.from({ length: 20_000 }, draw);
  const sorted = values.toSorted((a, b) => a - b);
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);

  test(`${name}: percentiles are those of the sorted samples, at most 0.1 % above`, () => {
    for (const percent of percents) {
      const truth = exact(sorted, percent);
      const got = histogram.percentile(percent);
      isNear(got, truth, resolution, `p${percent}`);
      assert.ok(got >= truth, `p${percent}: ${got} is below ${truth}`);
    }
  });

  test(`${name}: agrees with HdrHistogram at three digits`, () => {
    const reference = build({
      bitBucketSize: 64,
      lowestDiscernibleValue: 1,
      highestTrackableValue: 1e13,
      numberOfSignificantValueDigits: 3,
    });
    // HDR counts whole numbers: nanoseconds, so that its own rounding does not show.
    for (const value of values) reference.recordValue(Math.round(value * 1e6));
    for (const percent of percents) {
      const theirs = reference.getValueAtPercentile(percent) / 1e6;
      isNear(histogram.percentile(percent), theirs, 2 * resolution, `p${percent}`);
    }
    assert.is(histogram.count, reference.totalCount);
    isNear(histogram.avg, reference.mean / 1e6, resolution, 'mean');
  });
}

test('count, average, extremes are exact', () => {
  const histogram = new Histogram();
  histogram.record(3);
  histogram.record(1, 4);
  histogram.record(0.5, 2);
  assert.is(histogram.count, 7);
  assert.is(histogram.avg, 8 / 7);
  const summary = histogram.summarise();
  assert.is(summary?.min, 0.5);
  assert.is(summary?.max, 3);
});

test('recording a number of times is recording that often', () => {
  const once = new Histogram();
  const often = new Histogram();
  for (const value of [0.1, 2, 2, 900]) {
    once.record(value, 1000);
    for (let time = 0; time < 1000; time++) often.record(value);
  }
  assert.equal(once.store().buckets, often.store().buckets);
});

test('merging is adding: the same as one histogram of all samples', () => {
  const sample = fc.double({ min: 0, max: 1e7, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.array(sample)), (parts) => {
      const merged = new Histogram();
      const whole = new Histogram();
      for (const part of parts) {
        const one = new Histogram();
        for (const value of part) {
          one.record(value);
          whole.record(value);
        }
        merged.add(one);
      }
      const { sum, ...got } = merged.store();
      const { sum: expected, ...want } = whole.store();
      assert.equal(got, want);
      isNear(sum, expected, 1e-9, 'sum');
    }),
    { numRuns: 30, seed: 1 },
  );
});

const extremes: readonly (readonly [name: string, value: number, expected: number])[] = [
  ['zero', 0, 0],
  ['below the finest bucket', 1e-9, 1e-9],
  ['one nanosecond is below it as well', 1e-6, 1e-6],
  ['the finest that is told apart', 0.000_061_1, 0.000_061_1],
  ['four hours', 4 * 3_600_000, 4 * 3_600_000],
  ['beyond the last bucket', 1e9, 1e9],
];
for (const [name, value, expected] of extremes) {
  test(`extremes: ${name}`, () => {
    const histogram = new Histogram();
    histogram.record(value);
    for (const percent of [0.1, 50, 100]) assert.is(histogram.percentile(percent), expected);
  });
}

test('beyond the last bucket a percentile is the maximum: never too low', () => {
  const histogram = new Histogram();
  histogram.record(2e7);
  histogram.record(3e7);
  assert.is(histogram.percentile(50), 3e7);
  assert.equal(
    histogram.store().buckets.map(([, upper]) => upper),
    [3e7],
  );
});

test('NaN is no sample', () => {
  const histogram = new Histogram();
  histogram.record(Number.NaN);
  assert.is(histogram.count, 0);
});

test('without samples there is nothing to say', () => {
  const histogram = new Histogram();
  assert.is(histogram.summarise(), undefined);
  assert.ok(Number.isNaN(histogram.percentile(50)));
  assert.ok(Number.isNaN(histogram.avg));
  assert.equal(histogram.store().buckets, []);
});

const existence: readonly (readonly [count: number, names: readonly string[]])[] = [
  [1, []],
  [29, []],
  [30, ['p90']],
  [59, ['p90']],
  [60, ['p90', 'p95']],
  [299, ['p90', 'p95']],
  [300, ['p90', 'p95', 'p99']],
  [9_999, ['p90', 'p95', 'p99']],
  [10_000, ['p90', 'p95', 'p99', 'p999']],
];
for (const [count, names] of existence) {
  test(`${count} samples have ${names.join(', ') || 'no upper percentile'}`, () => {
    const histogram = new Histogram();
    histogram.record(1, count);
    const summary = histogram.summarise() ?? {};
    assert.equal(
      ['p90', 'p95', 'p99', 'p999'].filter((name) => name in summary),
      names,
    );
  });
}

test('stored buckets are ascending, disjoint, hold every sample, and none is wider than 0.1 %', () => {
  const histogram = new Histogram();
  for (let index = 0; index < 5000; index++) histogram.record(random.exponential(20));
  const { buckets, count, min, max } = histogram.store();
  let before = 0;
  let sum = 0;
  for (const [lower, upper, amount] of buckets) {
    assert.ok(lower >= before && upper > lower && (upper - lower) / lower <= resolution);
    before = upper;
    sum += amount;
  }
  assert.is(sum, count);
  const [first, last] = [buckets[0] as (typeof buckets)[number], buckets.at(-1) as (typeof buckets)[number]];
  assert.ok(first[0] <= min && min < first[1] && last[0] <= max && max < last[1]);
});

// biome-ignore format: a table
const belowZero: readonly (readonly [ms: number, count: number, impossible: number])[] = [
  [0, 2, 0], [-0, 2, 0], [-0.0002, 2, 0], [-0.01, 2, 0], [-0.011, 0, 2], [-60_000, 0, 2],
  [Number.NEGATIVE_INFINITY, 0, 2], [Number.NaN, 0, 0],
];
for (const [ms, count, impossible] of belowZero) {
  test(`${ms} ms: ${count > 0 ? 'rounding, and counts as 0' : impossible > 0 ? 'impossible' : 'no sample'}`, () => {
    const histogram = new Histogram();
    histogram.record(ms, 2);
    assert.equal([histogram.count, histogram.impossible], [count, impossible]);
    const sum = new Histogram();
    sum.add(histogram);
    sum.add(histogram);
    assert.equal([sum.count, sum.impossible, sum.max], [2 * count, 2 * impossible, 0]);
  });
}

test.run();
