/** The knee of a curve, on shapes whose knee is known, and the curves of a result. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formats } from '../../reports/formats/table-of-formats.ts';
import type { Finding } from '../../reports/record.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { curvesOf } from '../../reports/search/curve.ts';
import { kneeOf } from '../../reports/search/knee.ts';
import { histogram, sampleRecord, sampleResult } from './sample-record.ts';

const values = [100, 200, 400, 800, 1600, 3200, 6400];
const points = (of: (value: number) => number) => values.map((value) => ({ value, latency: of(value) }));

// biome-ignore format: a table
const shapes: readonly (readonly [what: string, latency: (value: number) => number, knee: number | null])[] = [
  ['a hockey stick', (value) => (value <= 1600 ? 2 : 2 + (value - 1600)), 1600],
  ['a wall at the end', (value) => (value < 6400 ? 3 : 5000), 3200],
  ['a queue of one server (M/M/1) that takes 7,000 a second', (value) => 1000 / (7000 - value), 3200],
  ['flat', () => 5, null],
  ['less than twice', (value) => 5 + value / 2000, null],
  ['a straight line in the logarithm of the load', (value) => Math.log2(value / 50), null],
  ['falling', (value) => 10_000 / value, null],
];

for (const [what, latency, knee] of shapes) {
  test(`the knee of ${what}`, () => assert.is(kneeOf(points(latency))?.value ?? null, knee));
}

test('two points have no shape, and the order in which points come is none', () => {
  assert.is(kneeOf(points((value) => value).slice(0, 2)), null);
  assert.is(kneeOf(points((value) => (value < 6400 ? 3 : 5000)).reverse())?.value, 3200);
});

const slow: Finding = { verdict: 'INCONCLUSIVE', about: 'generator too slow', detail: 'so and so' };

function swept(doubted: number): ResultSet {
  const cells = values.map((value) =>
    sampleRecord({
      scenario: 'curve',
      parameters: { events: `${value}/s` },
      metrics: { event_delivery_ms: histogram(value <= 1600 ? 2 : 2 + value) },
      findings: value >= doubted ? [slow] : [],
      rules: [],
    }),
  );
  const result = sampleResult(cells);
  return { ...result, index: { ...result.index, sweeps: [{ scenario: 'curve', vary: 'events' }] } };
}

test('a swept scenario is a curve for each stack, told with its knee', () => {
  const result = swept(Number.POSITIVE_INFINITY);
  const [curve, ...more] = curvesOf(result);
  assert.equal(
    [curve?.stack, curve?.metric, curve?.points.length, curve?.knee, more.length],
    ['memory', 'event_delivery_ms', 7, 1600, 0],
  );
  assert.match(
    formats.table(result, { width: 200 }),
    /curve on memory: knee at 1600\/s, where event_delivery_ms p\(99\) is 6 ms \(Kneedle\)\n/,
  );
  assert.match(formats.markdown(result, {}), /knee at 1600\/s/);
  assert.is(JSON.parse(formats.json(result, {})).curves[0].knee, 1600);
  assert.match(formats.html(result, {}), /<h2 id="curves">Curves<\/h2>.*knee at 1600\/s/s);
});

test('where the generator did not keep up there is no latency of the stack, and so no knee', () => {
  const result = swept(3200);
  assert.is(curvesOf(result)[0]?.knee, null);
  assert.match(
    formats.table(result, { width: 200 }),
    /no knee in what was swept; left out, since the numbers there are in doubt: 3200\/s, 6400\/s/,
  );
});

test.run();
