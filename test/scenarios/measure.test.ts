import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Histogram } from '../../scenarios/measure/histogram.ts';
import { PhaseHistograms } from '../../scenarios/measure/phases.ts';
import { Tally } from '../../scenarios/measure/tally.ts';
import { Windows } from '../../scenarios/measure/windows.ts';

const spans = [
  { name: 'steady', fromMs: 100, toMs: 200 },
  { name: 'surge', fromMs: 300, toMs: 400 },
  { name: 'after', fromMs: 400, toMs: 500 },
];

const belongings: readonly (readonly [dueMs: number, phase: string | null])[] = [
  [99.999, null],
  [100, 'steady'],
  [199.999, 'steady'],
  [200, null],
  [299, null],
  [300, 'surge'],
  [400, 'after'],
  [450, 'after'],
  [500, 'after'],
  [1e9, 'after'],
];

function phasesOf(histograms: PhaseHistograms): readonly (readonly [string, number])[] {
  return histograms.byPhase().map(([name, { count }]) => [name, count]);
}

for (const [dueMs, phase] of belongings) {
  test(`what is due at ${dueMs} belongs to ${phase ?? 'no phase'}`, () => {
    const histograms = new PhaseHistograms(spans);
    histograms.record(1, dueMs);
    const wanted = spans.map(({ name }) => [name, name === phase ? 1 : 0]);
    assert.equal(phasesOf(histograms), wanted);
    assert.is(histograms.total().count, phase === null ? 0 : 1);
  });
}

test('the order in which samples come changes nothing', () => {
  const forwards = new PhaseHistograms(spans);
  const backwards = new PhaseHistograms(spans);
  for (const [dueMs] of belongings) forwards.record(dueMs, dueMs, 3);
  for (const [dueMs] of belongings.toReversed()) backwards.record(dueMs, dueMs, 3);
  assert.equal(phasesOf(forwards), phasesOf(backwards));
  assert.equal(forwards.total().store(), backwards.total().store());
});

test('the total is the sum of the phases', () => {
  const histograms = new PhaseHistograms(spans);
  for (const [dueMs] of belongings) histograms.record(dueMs, dueMs);
  const sum = new Histogram();
  for (const [, histogram] of histograms.byPhase()) sum.add(histogram);
  assert.equal(histograms.total().store(), sum.store());
});

test('without phases nothing is recorded', () => {
  const histograms = new PhaseHistograms([]);
  histograms.record(1, 1);
  assert.is(histograms.total().count, 0);
});

test('windows: amounts land by time, and what is before the start nowhere', () => {
  const windows = new Windows(1000);
  windows.add('a', 999, 50);
  windows.add('a', 1000, 1);
  windows.add('a', 1099.9, 2);
  windows.add('a', 1100, 4);
  windows.add('b', 1350, 8);
  assert.is(windows.total('a'), 7);
  assert.is(windows.total('none'), 0);
  assert.equal(windows.rate('a', 400), { unit: '1/s', windowMs: 100, values: [30, 40, 0, 0] });
  assert.equal(windows.rate('b', 400).values, [0, 0, 0, 80]);
  // The window that the end cuts through is left out: it would look like a dip.
  assert.equal(windows.rate('b', 399).values, [0, 0, 0]);
});

test('windows: an average is null where nothing was counted', () => {
  const windows = new Windows(0);
  windows.add('sum', 10, 9);
  windows.add('count', 10, 2);
  windows.add('sum', 250, 6);
  windows.add('count', 250, 3);
  assert.equal(windows.average('sum', 'count', 'ms', 300), {
    unit: 'ms',
    windowMs: 100,
    values: [4.5, null, 2],
  });
});

test('windows: a long run gets wider ones, and keeps every amount', () => {
  const windows = new Windows(0);
  const columns = { even: 1, odd: 3 };
  let expected = 0;
  for (let atMs = 50; atMs < 3 * 4096 * 100; atMs += 100) {
    windows.add('even', atMs, columns.even);
    windows.add('odd', atMs, columns.odd);
    expected++;
  }
  assert.is(windows.windowMs, 400);
  assert.is(windows.total('even'), expected);
  assert.is(windows.total('odd'), 3 * expected);
  const { values } = windows.rate('even', 3 * 4096 * 100);
  assert.is(values.length, 3 * 1024);
  assert.ok(values.every((value) => value === 10));
});

test('windows: one amount far ahead widens as often as it takes', () => {
  const windows = new Windows(0);
  windows.add('a', 0, 1);
  windows.add('a', 4096 * 100 * 1000, 1);
  assert.is(windows.windowMs, 102_400);
  assert.is(windows.total('a'), 2);
});

test('a tally counts failures by kind, and when', () => {
  const tally = new Tally(spans);
  tally.failed('UNAVAILABLE: gone', 150, 3);
  tally.failed('UNAVAILABLE: gone', 250);
  tally.failed('FULL: full', 250);
  assert.is(tally.counts.errors, 5);
  assert.equal(
    [...tally.errorKinds],
    [
      ['UNAVAILABLE: gone', 4],
      ['FULL: full', 1],
    ],
  );
  assert.equal(tally.windows.rate('errors', 200).values, [30, 20]);
  assert.equal([tally.fromMs, tally.toMs], [100, 500]);
});

test('the kinds of error are bounded: a store that invents a new message each time costs no memory', () => {
  const tally = new Tally(spans);
  for (let index = 0; index < 10_000; index++) tally.failed(`no answer for request ${index}`, 150);
  assert.is(tally.counts.errors, 10_000);
  assert.ok(tally.errorKinds.size <= 101);
  assert.is(
    [...tally.errorKinds.values()].reduce((sum, count) => sum + count, 0),
    10_000,
  );
});

test('around faults a sample belongs to when it was due, and every histogram of a tally knows', () => {
  const disturbance = { beganMs: Number.POSITIVE_INFINITY, endedMs: Number.POSITIVE_INFINITY };
  const { latencies, sendLag } = new Tally([{ name: 'steady', fromMs: 0, toMs: 1000 }], disturbance);
  for (const histograms of [...Object.values(latencies), ...Object.values(sendLag)]) {
    Object.assign(disturbance, { beganMs: Number.POSITIVE_INFINITY, endedMs: Number.POSITIVE_INFINITY });
    histograms.record(1, 10);
    disturbance.beganMs = 100;
    histograms.record(1, 99);
    histograms.record(500, 100);
    disturbance.endedMs = 200;
    histograms.record(500, 199);
    histograms.record(2, 200);
    assert.equal(phasesOf(histograms), [
      ['steady', 5],
      ['before', 2],
      ['during', 2],
      ['after', 1],
    ]);
    assert.equal([histograms.total().count, histograms.undisturbed().count], [5, 3]);
    assert.ok(histograms.undisturbed().max < 3);
  }
});

test.run();
