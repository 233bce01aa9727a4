/** What is said of memory, of series whose truth is known: each is played often, with noise of its own. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, type Random } from '../../core/random.ts';
import { judgeLeaks, type LeakReport } from '../../reports/leaks/judge-leaks.ts';
import { theilSen } from '../../reports/leaks/theil-sen.ts';
import type { MemoryTrace } from '../../reports/leaks/trace.ts';
import { spreadOf } from '../../reports/statistics.ts';

const rule = { aboveBytes: 50, processes: 8 };
const legs = 4;
const legOperations = 1500;
const work = legs * legOperations;

/** What is held after so many operations, without noise. */
type Course = (operations: number) => number;

/** A collection leaves more or less behind; now and then much more. */
function noise(random: Random): number {
  const usual = (random.next() + random.next() - 1) * 40_000;
  return random.next() < 0.05 ? usual + 200_000 : usual;
}

function trace(course: Course, times: number, random: Random): MemoryTrace {
  const points = Array.from({ length: legs * times + 1 }, (_, leg) => {
    const operations = Math.round(leg * legOperations * (0.95 + 0.1 * random.next()));
    const heapBytes = 15e6 + course(operations) + noise(random);
    return { operations, heapBytes, codeBytes: 0, externalBytes: 3e6, arrayBuffersBytes: 0, rssBytes: 9e7 };
  });
  return { seed: 1, points, problem: null };
}

/** As it is played: twice the work only where the first answer was not PASS. */
function judged(course: Course, seed: number, processes = 8): LeakReport {
  const random = createRandom(seed);
  const several = (times: number) => Array.from({ length: processes }, () => trace(course, times, random));
  const once = several(1);
  const first = judgeLeaks(once, null, rule);
  return first.verdict === 'PASS' ? first : judgeLeaks(once, several(2), rule);
}

const played = 100;

interface Row {
  readonly name: string;
  readonly course: Course;
  /** At least so many of 100. */
  readonly pass?: number;
  readonly fail?: number;
}

const steps =
  (every: number, bytes: number): Course =>
  (operations) =>
    Math.floor(operations / every) * every * bytes;
const filling =
  (until: number, bytes: number): Course =>
  (operations) =>
    Math.min(operations, until) * bytes;

// biome-ignore format: a table
const rows: readonly Row[] = [
  { name: 'nothing grows', course: () => 0, pass: 99 },
  { name: 'it shrinks', course: (operations) => -20 * operations, pass: 99 },
  { name: 'a little grows', course: (operations) => 15 * operations, pass: 90 },
  { name: 'a leak of 100 B', course: (operations) => 100 * operations, fail: 90 },
  { name: 'a leak of 200 B', course: (operations) => 200 * operations, fail: 99 },
  { name: 'a leak of 1 kB', course: (operations) => 1000 * operations, fail: 99 },
  { name: 'a leak in steps, as of a table that doubles', course: steps(700, 150), fail: 90 },
  { name: 'a slow start, then nothing', course: (operations) => 600_000 * (1 - Math.exp(-operations / 800)), pass: 90 },
  { name: 'a cache that fills and stops within the work', course: filling(work * 0.6, 500), pass: 90 },
  { name: 'a cache that fills as the work ends', course: filling(work, 300), pass: 90 },
  { name: 'a cache that fills with half as much work again', course: filling(work * 1.45, 300), pass: 90 },
  { name: 'a leak behind a slow start', course: (operations) => 600_000 * (1 - Math.exp(-operations / 800)) + 150 * operations, fail: 95 },
  { name: 'a leak that is let go of, again and again', course: (operations) => (operations % 1000) * 100, pass: 90 },
];

for (const { name, course, pass = 0, fail = 0 } of rows) {
  test(`memory: ${name}`, () => {
    const verdicts = Array.from({ length: played }, (_, seed) => judged(course, seed).verdict);
    const count = (verdict: string): number => verdicts.filter((each) => each === verdict).length;
    const told = `PASS ${count('PASS')}, FAIL ${count('FAIL')}, INCONCLUSIVE ${count('INCONCLUSIVE')} of ${played}`;
    assert.ok(count('PASS') >= pass && count('FAIL') >= fail, told);
    // The other answer would be wrong, be it ever so rare.
    assert.ok(count(pass > 0 ? 'FAIL' : 'PASS') <= 1, told);
  });
}

test('what is right at the bound is called a leak, or none, hardly ever', () => {
  const verdicts = Array.from({ length: 300 }, (_, seed) => judged((done) => 50 * done, seed).verdict);
  assert.ok(verdicts.filter((verdict) => verdict === 'FAIL').length <= 6, `${verdicts}`);
  assert.ok(verdicts.filter((verdict) => verdict === 'PASS').length <= 18, `${verdicts}`);
});

test('the leak that it says it could have seen, it suspects in about 9 of 10', () => {
  const first = (bytes: number, seed: number) =>
    judgeLeaks(
      Array.from({ length: 8 }, (_, at) => trace((done) => bytes * done, 1, createRandom(seed * 8 + at))),
      null,
      rule,
    ).rows[0] as LeakReport['rows'][0];
  const quiet = Array.from({ length: played }, (_, seed) => first(0, seed).detectable ?? Number.NaN);
  const detectable = spreadOf(quiet)?.median ?? Number.NaN;
  assert.ok(detectable > rule.aboveBytes && detectable < 100, `${detectable}`);
  const seen = Array.from({ length: played }, (_, seed) => first(detectable, 1000 + seed).first.low ?? 0);
  const found = seen.filter((low) => low > rule.aboveBytes).length;
  assert.ok(found >= 80, `${found} of ${played} at ${detectable} B/op`);
});

test('fewer than eight processes decide nothing, whatever they show', () => {
  assert.is(judged((done) => 1000 * done, 1, 7).verdict, 'INCONCLUSIVE');
  assert.is(judged(() => 0, 1, 7).verdict, 'INCONCLUSIVE');
  assert.is(judgeLeaks([], null, rule).verdict, 'INCONCLUSIVE');
});

test('a process with which something was wrong is left out', () => {
  const random = createRandom(1);
  const traces = Array.from({ length: 8 }, () => trace(() => 0, 1, random));
  const [first, ...others] = traces as [MemoryTrace, ...MemoryTrace[]];
  const report = judgeLeaks([{ ...first, problem: '3 operations failed' }, ...others], null, rule);
  assert.is(report.verdict, 'INCONCLUSIVE');
  assert.match(report.rows[0]?.why ?? '', /^7 of 8 processes say something/);
});

test('buffers are looked at for themselves', () => {
  const random = createRandom(1);
  const several = (times: number) =>
    Array.from({ length: 8 }, () => {
      const { points, ...rest } = trace(() => 0, times, random);
      return {
        ...rest,
        points: points.map((point) => ({ ...point, externalBytes: point.operations * 100 })),
      };
    });
  const report = judgeLeaks(several(1), several(2), rule);
  assert.equal(
    report.rows.map(({ memory, verdict }) => [memory, verdict]),
    [
      ['heap', 'PASS'],
      ['external', 'FAIL'],
    ],
  );
  assert.is(report.verdict, 'FAIL');
});

// biome-ignore format: a table
const lines = [
  ['a line', [[0, 1], [1, 3], [2, 5]], 2],
  ['one far off', [[0, 0], [1, 1], [2, 2], [3, 300], [4, 4]], 1],
  ['one point', [[0, 1]], null],
  ['all at one place', [[1, 1], [1, 9]], null],
] as const;
for (const [name, points, slope] of lines) {
  test(`the slope of ${name}`, () => assert.is(theilSen(points), slope));
}

test.run();
