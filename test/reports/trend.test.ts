/** Change points: what was planted is found, with its place and size; what is only noise is not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../core/random.ts';
import { changePoints } from '../../reports/trend/change-points.ts';
import { bestSplit } from '../../reports/trend/energy-split.ts';
import { trendOf } from '../../reports/trend/find-trend.ts';
import type { TrendReport } from '../../reports/trend/report.ts';
import { studentP, studentQuantile } from '../../reports/trend/student.ts';
import { trendHtml } from '../../reports/trend/trend-html.ts';
import { trendMarkdown } from '../../reports/trend/trend-markdown.ts';
import { trendText } from '../../reports/trend/trend-text.ts';
import { noises, planted, seriesOf } from './trend-series.ts';

const time = { unit: 'ms', better: 'lower' } as const;
const noiseOf = (name: string, seed: number, length: number, scale = 0.03): readonly number[] =>
  (noises[name] as (typeof noises)[string])(createRandom(seed), length, scale);

// By mpmath 1.3, 30 digits: the regularised incomplete beta function at v / (v + t^2), and its roots.
const tails: readonly (readonly [t: number, freedom: number, p: number])[] = [
  [0.5, 1, 0.7048327646991335],
  [2, 1, 0.2951672353008665],
  [0.01, 7, 0.9923003176436218],
  [3.5, 4, 0.02489616346022275],
  [4.2, 30, 0.00021978843421601986],
  [6, 98, 3.322310044269259e-8],
  [40, 3, 3.4380680789158526e-5],
  [1.98, 9998, 0.047730903239444726],
];
const quantiles: readonly (readonly [p: number, freedom: number, t: number])[] = [
  [0.05, 1, 12.706204736174705],
  [0.05, 2, 4.302652729749464],
  [0.05, 10, 2.228138851986275],
  [0.05, 30, 2.042272456301238],
  [0.01, 5, 4.032142983555228],
  [0.001, 48, 3.505067970470203],
];

test("Student's t agrees with mpmath to 1e-12", () => {
  for (const [t, freedom, p] of tails) {
    assert.ok(Math.abs(studentP(t, freedom) / p - 1) < 1e-12, `p of ${t}, ${freedom}`);
    assert.is(studentP(-t, freedom), studentP(t, freedom));
  }
  for (const [p, freedom, t] of quantiles) {
    assert.ok(Math.abs(studentQuantile(p, freedom) / t - 1) < 1e-12, `t of ${p}, ${freedom}`);
  }
  assert.is(studentP(0, 5), 1);
  assert.is(studentP(Number.POSITIVE_INFINITY, 5), 0);
});

test('the best split is that of the definition, distance by distance', () => {
  const values = noiseOf('normal', 3, 24).map((value, at) => value + (at >= 15 ? 0.05 : 0));
  const meanOf = (left: readonly number[], right: readonly number[]): number =>
    left.flatMap((a) => right.map((b) => Math.abs(a - b))).reduce((a, b) => a + b, 0) /
    (left.length * right.length);
  const inside = (part: readonly number[]): number =>
    (meanOf(part, part) * part.length ** 2) / (part.length * (part.length - 1));
  const rows = values.slice(4, -3).map((_, index) => {
    const at = index + 4;
    const [left, right] = [values.slice(0, at), values.slice(at)];
    const between = 2 * meanOf(left, right) - inside(left) - inside(right);
    return [at, between * ((left.length * right.length) / values.length)] as const;
  });
  const [at, distance] = rows.reduce((best, row) => (row[1] > best[1] ? row : best));
  const found = bestSplit(values, 4);
  assert.is(found?.at, at);
  assert.ok(Math.abs((found?.distance ?? 0) - distance) < 1e-12);
  assert.is(bestSplit(values.slice(0, 7), 4), null, 'too short to be cut');
});

// biome-ignore format: a table
const steps: readonly (readonly [what: string, length: number, steps: (readonly [number, number])[]])[] = [
  ['one, slower', 60, [[30, 1.1]]],
  ['one, quicker', 60, [[20, 0.85]]],
  ['near the end', 60, [[54, 1.2]]],
  ['up and back down', 90, [[30, 1.15], [60, 1 / 1.15]]],
  ['a staircase', 120, [[30, 1.12], [60, 1.12], [90, 1.12]]],
  ['in a history longer than many windows', 400, [[130, 1.1], [290, 0.88]]],
];

for (const [what, length, planned] of steps) {
  test(`planted steps are found, with place and size: ${what}`, () => {
    for (let seed = 1; seed <= 5; seed++) {
      const values = planted(noiseOf('normal', seed, length, 0.02), planned);
      const { changes } = trendOf(seriesOf(values), time);
      assert.is(changes.length, planned.length, `seed ${seed}: ${changes.map(({ at }) => at)}`);
      for (const [place, [at, factor]] of planned.entries()) {
        const change = changes[place];
        assert.ok(
          change !== undefined && Math.abs(change.at - at) <= 2,
          `seed ${seed}: ${change?.at}, not ${at}`,
        );
        assert.ok(Math.abs(change.change.by - 100 * (factor - 1)) < 3, `seed ${seed}: ${change.change.by} %`);
        assert.is(change.direction, factor > 1 ? 'worse' : 'better');
        assert.is(change.commit, `c${change.at}`);
      }
    }
  });
}

// A sample of docs/evidence/trend.tsv: the same seeds, so the same answers; with more of them it would be no sample.
const silent: readonly (readonly [noise: string, length: number, most: number])[] = [
  ['normal', 30, 1],
  ['normal', 100, 2],
  ['heavy tails', 60, 3],
  ['spikes, 1 in 20 ten times as high', 60, 4],
];
for (const [noise, length, most] of silent) {
  test(`noise is no change: ${noise}, ${length} results, at most ${most} of 100 series`, () => {
    const seeds = Array.from({ length: 100 }, (_, index) => index + 1);
    const found = seeds.filter((seed) => changePoints(noiseOf(noise, seed, length)).length > 0);
    assert.ok(found.length <= most, `seeds ${found}`);
  });
}

test('a spike is no level, a drift is not passed over, and what is flat stays silent', () => {
  const quiet = planted(noiseOf('normal', 7, 60, 0.02));
  const spiked = quiet.map((value, at) => (at === 20 || at === 41 ? value * 3 : value));
  assert.equal(trendOf(seriesOf(spiked), time).changes, []);
  const drifting = quiet.map((value, at) => value * 1.005 ** at);
  const { changes } = trendOf(seriesOf(drifting), time);
  assert.ok(changes.length > 0 && changes.every(({ direction }) => direction === 'worse'));
  assert.equal(changePoints(Array.from({ length: 60 }, () => 5)), []);
});

test('the same series has the same change points, in any unit', () => {
  const values = planted(noiseOf('normal', 4, 120), [[50, 1.2]]);
  const places = changePoints(values);
  assert.equal(changePoints(values), places);
  assert.equal(changePoints(values.map((value) => value * 1e6)), places);
  assert.equal(changePoints(values.toReversed()).length, places.length);
});

test('what is more and better, what has no better side, and what has no percentage', () => {
  const values = planted(noiseOf('normal', 5, 40, 0.02), [[20, 1.3]]);
  const directions = (['higher', 'lower', null] as const).map(
    (better) => trendOf(seriesOf(values), { unit: '1/s', better }).changes[0]?.direction,
  );
  assert.equal(directions, ['better', 'worse', 'neither']);
  const counts = values.map((_, at) => (at < 20 ? 0 : at % 2 === 0 ? 6 : 8));
  const [change] = trendOf(seriesOf(counts), { unit: 'count', better: 'lower' }).changes;
  assert.equal([change?.at, change?.before, change?.after], [20, 0, 7]);
  assert.is(change?.change.unit, 'count');
  assert.ok((change?.change.low ?? 0) < 7 && (change?.change.high ?? 0) > 7);
});

test('too few results say so', () => {
  const { changes, reason } = trendOf(seriesOf([1, 1, 1, 9, 9, 9, 9]), time);
  assert.equal(changes, []);
  assert.is(reason, 'too few results: 7; a change takes 8, 4 on either side');
});

test('a hostile cell or commit is text in every format', () => {
  const series = trendOf(seriesOf(planted(noiseOf('normal', 5, 40, 0.02), [[20, 1.3]])), time);
  const cell = 'a|b\n\u001b[31m`x` <img src=x>';
  const [first] = series.changes;
  const changes = first === undefined ? [] : [{ ...first, commit: '|`\n<b>' }];
  const breaks = [
    { cells: [cell], savedAt: '2026-01-01', commit: null, what: 'machine', from: '<', to: '|' } as const,
  ];
  const report: TrendReport = {
    ...{ metric: 'spawn_ms', phase: null, aggregator: 'avg', unit: 'ms', baseline: 'main', leftOut: 1 },
    ...{ series: [{ ...series, cell, changes }], breaks },
  };
  assert.not.ok(trendText(report).includes('\u001b'));
  assert.not.match(trendMarkdown(report), /\p{Cc}(?<!\n)|<img|<b>|[^\\]`/u);
  const page = trendHtml(report);
  assert.not.match(page, /\p{Cc}(?<!\n)|<img|<b>/u);
  assert.is(page.match(/<svg/g)?.length, 1);
  assert.match(page, /class="mark"/);
  assert.match(page, /<td>worse<\/td>/);
  assert.match(trendMarkdown(report), /^\| 2026-01-2\d.* \| \\\|\\` &lt;b> \| worse \| /m);
});

test.run();
