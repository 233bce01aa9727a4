/** Percentile distributions as the tools of HdrHistogram read them, beside those that its own library prints. */
import { build } from 'hdr-histogram-js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hgrm } from '../../reports/formats/hgrm.ts';
import type { StoredHistogram } from '../../reports/record.ts';
import { playedOnce } from './golden.ts';

const played = await playedOnce('played');
const text = hgrm(played, {});

interface Line {
  readonly value: number;
  readonly percentile: number;
  readonly count: number;
}

/** As plotters of HdrHistogram read a file: lines of four words, the last of three; what begins with # or is a heading is skipped. */
function linesOf(distribution: string): readonly Line[] {
  return distribution
    .split('\n')
    .map((line) => line.trim().split(/ +/).map(Number))
    .filter((words) => words.length >= 3 && words.every(Number.isFinite))
    .map(([value = 0, percentile = 0, count = 0]) => ({ value, percentile, count }));
}

/** The same samples in their histogram: a thousandth of the unit is its 1. */
function theirs({ buckets, max }: StoredHistogram) {
  const histogram = build({ highestTrackableValue: 2 ** 40, numberOfSignificantValueDigits: 4 });
  for (const [at, [lower, upper, count]] of buckets.entries()) {
    const value = at === buckets.length - 1 ? max : (lower + upper) / 2;
    histogram.recordValueWithCount(Math.round(value * 1000), count);
  }
  return histogram;
}

const parts = text.split(/^# (?=\S)/m).filter((part) => part !== '');
const histograms = played.records.flatMap((record) =>
  Object.values(record?.histograms ?? {}).filter(({ count }) => count > 0),
);

test('each histogram has its part, which begins as theirs does', () => {
  assert.is(parts.length, histograms.length);
  assert.ok(histograms.length > 20);
  const [first] = histograms;
  const heading = (first === undefined ? '' : theirs(first).outputPercentileDistribution(5, 1000)).split(
    '\n',
  )[0];
  assert.match(heading ?? '', /^ +Value +Percentile TotalCount 1\/\(1-Percentile\)$/);
  for (const part of parts) assert.is(part.split('\n')[1], heading);
});

test('what a line says of a percentile is what their histogram of the same samples says', () => {
  for (const [at, histogram] of histograms.entries()) {
    const part = parts[at] as string;
    const lines = linesOf(part);
    const other = theirs(histogram);
    const widest = Math.max(...histogram.buckets.map(([lower, upper]) => upper - lower));
    assert.is(lines.at(-1)?.percentile, 1);
    assert.is(lines.at(-1)?.count, other.totalCount);
    for (const { value, percentile } of lines) {
      const their = other.getValueAtPercentile(percentile * 100) / 1000;
      // Ours is the upper edge of a bucket at the most, theirs its middle.
      const isClose = Math.abs(their - value) <= widest + 0.001 * value + 0.001;
      assert.ok(isClose, `${part.split('\n')[0]} at ${percentile}: ${value}, theirs ${their}`);
    }
  }
});

test.run();
