import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawPlot } from '../../reports/plots/draw-plot.ts';
import { eachRun } from '../../reports/plots/each-run.ts';
import { latencyCurve } from '../../reports/plots/latency-curve.ts';
import { overTime } from '../../reports/plots/over-time.ts';
import type { Mark } from '../../reports/plots/plot.ts';
import { linearScale, logScale, percentileScale } from '../../reports/plots/scale.ts';
import { spectrumPlot } from '../../reports/plots/spectrum.ts';
import { element, escaped } from '../../reports/plots/svg.ts';
import { trendPlot } from '../../reports/plots/trend.ts';
import type { RunRecord } from '../../reports/record.ts';
import { trendOf } from '../../reports/trend/find-trend.ts';
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

test('where all was well again is marked, of one fault; of several nobody can tell which was the slow one', () => {
  const fault = { fault: 'kill', on: 'bus.server', options: {} };
  const times = { injectedAtMs: 900, confirmedAtMs: 1000, healedAtMs: 2000, verifiedAtMs: 2500 };
  const metrics = { ...sampleRecord().metrics, heal_recovery_ms: { unit: 'ms', value: 700 } };
  const curves = [{ name: 'acked', series: { unit: '1/s', windowMs: 100, values: [1, 2, 3] } }];
  const momentsWith = (faults: RunRecord['faults']) =>
    overTime('rates', { ...sampleRecord({ metrics }), faults }, curves)?.moments?.map(
      ({ at, text }) => `${text} ${at}`,
    );
  const one = { ...fault, ...times };
  assert.equal(momentsWith([one]), ['kill healed 2.5', 'recovered 3.2']);
  assert.not.ok(momentsWith([one, one])?.some((text) => text.startsWith('recovered')));
  assert.not.ok(momentsWith([])?.some((text) => text.startsWith('recovered')));
});

test('where memory is going is drawn, whatever one peak does', () => {
  const values = Array.from({ length: 60 }, (_, second) => (second === 30 ? 900 : 100 + second * 0.5));
  const series = { unit: 'MB', windowMs: 1000, values };
  const plot = overTime('memory', sampleRecord(), [{ name: 'rss_mb', series }], { slope: true });
  const [, slope] = plot?.marks ?? [];
  assert.is(slope?.name, 'goes by 30 MB/min');
  assert.equal(
    slope?.points.map((point) => [point?.x, Math.round((point?.y ?? 0) * 10) / 10]),
    [
      [0.5, 100],
      [59.5, 129.5],
    ],
  );
});

test('six runs of a stack tell an interval, five do not', () => {
  const stack = (name: string, count: number) => ({
    stack: name,
    values: Array.from({ length: count }, (_, at) => 10 + at),
  });
  const plot = eachRun('spawn_ms avg', 'ms', [stack('memory', 5), stack('sqlite', 6)]);
  assert.equal(
    plot?.marks.map(({ kind }) => kind),
    ['dots', 'dots', 'intervals'],
  );
  assert.equal(plot?.marks[2]?.points, [{ x: 1.85, y: 12.5, low: 10, high: 15 }]);
});

test('a trend has a place for each result, and says where the level changed', () => {
  const points = [1, 1, 1, 1, 2, 2, 2, 2].map((value, at) => ({
    savedAt: `2026-0${at + 1}-01T00:00:00Z`,
    commit: null,
    value: value + at / 1000,
  }));
  const series = trendOf(
    { cell: 'memory', machine: 'm', configuration: 'c', points },
    { unit: 'ms', better: 'lower' },
  );
  const plot = trendPlot(
    'spawn_ms',
    'ms',
    [series],
    [
      { at: 100, text: 'far away' },
      { at: 3, text: '< 3 ms' },
    ],
  );
  assert.equal(plot?.moments, [{ at: 4.5, text: '+100 %' }]);
  assert.equal(plot?.limits, [{ at: 3, text: '< 3 ms' }]);
  assert.is(plot?.x.scale.place(8), 1);
  assert.equal(
    plot?.x.scale.ticks.map(({ text }) => text),
    ['2026-01-01', '2026-03-01', '2026-05-01', '2026-07-01'],
  );
  assert.is(trendPlot('nothing', 'ms', []), null);
});

test('a line is drawn in steps that end where its points are, with its gaps', () => {
  const line = (points: Mark['points']): string => {
    const scale = { place: (value: number) => value / 10, ticks: [] };
    const drawn = drawPlot({
      title: 't',
      x: { label: '', scale },
      y: { label: '', scale },
      marks: [{ kind: 'line', name: 'n', points }],
    });
    return /d="([^"]*)" fill="none" stroke-width="1.5"/.exec(drawn)?.[1] ?? '';
  };
  const at = (...places: readonly (number | null)[]) => places.map((y, x) => (y === null ? null : { x, y }));
  assert.is(line(at(0, 10, 10, 10, 5)), 'M64 216l54.8-202 109.6 0 54.8 101');
  assert.is(line(at(0, null, 10, 0)), 'M64 216M173.6 14l54.8 202');
  assert.is(line([]), '');
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
