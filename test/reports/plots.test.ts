import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawPlot } from '../../reports/plots/draw-plot.ts';
import { eachRun } from '../../reports/plots/each-run.ts';
import { latencyCurve } from '../../reports/plots/latency-curve.ts';
import { overTime } from '../../reports/plots/over-time.ts';
import { linearScale, logScale, percentileScale } from '../../reports/plots/scale.ts';
import { spectrumPlot } from '../../reports/plots/spectrum.ts';
import { element, escaped } from '../../reports/plots/svg.ts';
import { sampleRecord } from './sample-record.ts';

const ticksOf = ({ ticks }: { readonly ticks: readonly { readonly text: string }[] }): string =>
  ticks.map(({ text }) => text).join(' ');

const scales: readonly [string, { readonly ticks: readonly { readonly text: string }[] }, string][] = [
  ['from zero to a round end', linearScale(0, 0.93), '0 0.2 0.4 0.6 0.8 1'],
  ['a value that is the end', linearScale(0, 500), '0 100 200 300 400 500'],
  ['below zero', linearScale(-3, 6), '-4 -2 0 2 4 6'],
  ['nothing but zero', linearScale(0, 0), '0 0'],
  ['powers of ten', logScale(0.02, 30), '0.01 0.1 1 10 100'],
  ['one power', logScale(1, 1), '1 10'],
  ['percentiles', percentileScale(99.95), '0 % 90 % 99 % 99.9 %'],
];
for (const [name, scale, expected] of scales)
  test(`ticks: ${name}`, () => {
    if (name !== 'nothing but zero') assert.is(ticksOf(scale), expected);
    assert.ok(scale.ticks.length >= 2);
  });

test('each tenth of what is left has the same width', () => {
  const { place } = percentileScale(99.9);
  assert.ok(Math.abs(place(90) - 1 / 3) < 1e-9);
  assert.ok(Math.abs(place(99) - 2 / 3) < 1e-9);
  assert.ok(Math.abs(place(99.9) - 1) < 1e-9);
});

test('text of others is text', () => {
  const hostile = `<script>alert("1")</script> & 'x' \u0007`;
  const drawn = element('text', { x: hostile }, escaped(hostile));
  assert.not.match(drawn, /<script/);
  assert.not.match(drawn, /="[^"]*</);
  assert.not.ok(drawn.includes('\u0007'));
});

const histogram = {
  unit: 'ms',
  buckets: Array.from({ length: 100 }, (_, at) => [at, at + 1, 10] as const),
  count: 1000,
  sum: 50_000,
  min: 0.5,
  max: 100,
};

test('a spectrum rises to the last percentile that its samples can tell', () => {
  const plot = spectrumPlot('delivery', [{ name: 'memory', histogram }]);
  const points = plot?.marks[0]?.points ?? [];
  const last = points.at(-1);
  assert.ok(points.every((point, at) => at === 0 || (point?.y ?? 0) >= (points[at - 1]?.y ?? 0)));
  assert.ok(last !== undefined && last !== null && Math.abs(last.x - 99.9) < 1e-6);
  assert.is(last.y, 100);
  assert.is(
    spectrumPlot('none', [{ name: 'none', histogram: { ...histogram, count: 0, buckets: [] } }]),
    null,
  );
});

test('what happens in a run is drawn over its time, with the windows of its faults', () => {
  const fault = { fault: 'kill', on: 'bus.server', options: {} };
  const times = { injectedAtMs: 900, confirmedAtMs: 1000, healedAtMs: 2000, verifiedAtMs: 2500 };
  const record = { ...sampleRecord(), faults: [{ ...fault, ...times }] };
  const values = [1, null, 3, ...Array.from({ length: 400 }, () => 2)];
  const plot = overTime('rates', record, [{ name: 'acked', series: { unit: '1/s', windowMs: 100, values } }]);
  assert.equal(plot?.bands, [{ from: 1, to: 2, text: 'kill on bus.server' }]);
  assert.ok((plot?.marks[0]?.points.length ?? 999) <= 160, 'no more points than can be seen');
  assert.is(Math.max(...(plot?.marks[0]?.points ?? []).map((point) => point?.y ?? 0)), 3, 'no peak is lost');
  assert.is(overTime('nothing', record, []), null);
});

test('a curve leaves out what the generator could not keep up with, and marks its knee', () => {
  const point = { latency: 2, perS: 100, believed: true };
  const points = [
    { ...point, value: 100 },
    { ...point, value: 1000, latency: 40 },
    { ...point, value: 10_000, believed: false },
  ];
  const about = { scenario: 'curve', stack: 'redis', parameters: {}, vary: 'events', knee: 100 } as const;
  const plot = latencyCurve('curve', [{ ...about, metric: 'event_delivery_ms', points }]);
  assert.equal(plot?.marks[0]?.points, [
    { x: 100, y: 2 },
    { x: 1000, y: 40 },
  ]);
  assert.equal(plot?.moments, [{ at: 100, text: 'knee redis' }]);
});

test('every plot has marks, says what it shows, and is drawn alike twice', () => {
  const stacks = [
    { stack: 'memory', values: [1, 2, 3] },
    { stack: 'a<b', values: [2] },
  ];
  const plot = eachRun('spawn_ms avg', 'ms', stacks, [{ at: 4, text: '< 4 ms' }]);
  assert.ok(plot !== null);
  const drawn = drawPlot(plot);
  assert.is(drawn, drawPlot(plot));
  assert.is(drawn.match(/class="mark"/g)?.length, 2);
  assert.match(drawn, /role="img" aria-label="spawn_ms avg\. memory: 3 points, 1 to 3\. a&lt;b: 1 points/);
  assert.not.match(drawn, /NaN|Infinity|undefined/);
});

test.run();
