import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../../core/random.ts';
import { Histogram, type HistogramPart } from '../../../scenarios/measure/histogram.ts';
import { latencyMetrics, Tally, type TallyPart } from '../../../scenarios/measure/tally.ts';
import { Windows } from '../../../scenarios/measure/windows.ts';

/** Latencies as they come: most around a millisecond, some far out, some below nothing. */
function samplesOf(seed: number, count: number): readonly number[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) =>
    index % 997 === 0 ? random.exponential(5000) : index % 499 === 0 ? -1 : random.exponential(1.3),
  );
}

for (const workers of [1, 2, 4, 7]) {
  test(`histograms of ${workers} processes merged are that of one with the same samples, bit for bit`, () => {
    const samples = samplesOf(workers, 20_000);
    const whole = new Histogram();
    const parts = Array.from({ length: workers }, () => new Histogram());
    for (const [index, ms] of samples.entries()) {
      whole.record(ms);
      (parts[(index * 31) % workers] as Histogram).record(ms);
    }
    const merged = new Histogram();
    for (const part of parts) merged.addPart(structuredClone(part.part()));
    assert.equal(merged.store(), whole.store());
    assert.equal(merged.summarise(), whole.summarise());
    assert.is(merged.impossible, whole.impossible);
  });
}

const broken: { readonly [what: string]: (part: HistogramPart) => HistogramPart } = {
  'loses a bucket': (part) => ({ ...part, indices: part.indices.slice(1), counts: part.counts.slice(1) }),
  'counts one twice': (part) => ({
    ...part,
    counts: part.counts.map((count, at) => (at === 0 ? 2 * count : count)),
  }),
  'loses its longest': (part) => ({ ...part, max: part.max / 2 }),
  'loses some of the time': (part) => ({ ...part, units: part.units - 1 }),
};

for (const [what, breakIt] of Object.entries(broken)) {
  test(`a worker that ${what} does not pass for one that counts`, () => {
    const whole = new Histogram();
    for (const ms of samplesOf(3, 5000)) whole.record(ms);
    const stored = (part: HistogramPart) => {
      const merged = new Histogram();
      merged.addPart(part);
      return merged.store();
    };
    assert.equal(stored(whole.part()), whole.store());
    assert.not.equal(stored(breakIt(whole.part())), whole.store());
  });
}

test('windows of different widths add up to what one process would have had', () => {
  const [whole, short, long] = [new Windows(0), new Windows(0), new Windows(0)];
  const add = (windows: Windows, atMs: number): void => {
    windows.add('acked', atMs, 1);
    whole.add('acked', atMs, 1);
  };
  for (let atMs = 0; atMs < 300_000; atMs += 700) add(short, atMs);
  // Long enough for its windows to widen.
  for (let atMs = 50; atMs < 900_000; atMs += 900) add(long, atMs);
  for (const order of [
    [short, long],
    [long, short],
  ]) {
    const merged = new Windows(0);
    for (const windows of order) merged.addPart(windows.part());
    assert.is(merged.windowMs, whole.windowMs);
    assert.equal(merged.rate('acked', 900_000), whole.rate('acked', 900_000));
    assert.is(merged.total('acked'), whole.total('acked'));
  }
});

const spans = [
  { name: 'steady', fromMs: 0, toMs: 1000 },
  { name: 'rush', fromMs: 1000, toMs: 2000 },
];

/** Something of all that a tally counts. */
function count(tally: Tally, seed: number): void {
  for (const [index, ms] of samplesOf(seed, 500).entries()) {
    const atMs = (index * 37) % 2000;
    for (const name of latencyMetrics) tally.latencies[name].record(ms, atMs);
    tally.sendLag.events.record(ms / 10, atMs);
    tally.sendLag.messages.record(ms / 20, atMs);
    tally.windows.add('deliveries', atMs, 1);
    tally.counts.eventsSent++;
    if (index % 50 === 0) tally.failed(`kind ${(seed + index) % 3}`, atMs);
  }
}

function saidBy(tally: Tally) {
  return {
    counts: tally.counts,
    kinds: [...tally.errorKinds].sort(),
    deliveries: tally.windows.rate('deliveries', 2000),
    latencies: latencyMetrics.map((name) =>
      tally.latencies[name].byPhase().map(([phase, histogram]) => [phase, histogram.store()]),
    ),
    lag: [tally.sendLag.events.total().store(), tally.sendLag.messages.total().store()],
  };
}

test('tallies become one, phase by phase, and again after more was counted', () => {
  const [whole, merged] = [new Tally(spans), new Tally(spans)];
  const workers = [new Tally(spans), new Tally(spans), new Tally(spans)];
  for (let round = 0; round < 2; round++) {
    for (const [number, worker] of workers.entries()) {
      count(worker, 10 * round + number);
      count(whole, 10 * round + number);
    }
    merged.become(workers.map((worker) => structuredClone(worker.part(true))));
    assert.equal(saidBy(merged), saidBy(whole));
  }
});

test('a look that leaves the latencies out leaves those that were known', () => {
  const [one, merged] = [new Tally(spans), new Tally(spans)];
  count(one, 1);
  merged.become([one.part(true)]);
  const before = saidBy(merged).latencies;
  count(one, 2);
  const light: TallyPart = one.part(false);
  assert.is(light.histograms, null);
  merged.become([light]);
  assert.equal(saidBy(merged).latencies, before);
  assert.is(merged.counts.eventsSent, 1000);
});

test.run();
