import { percentileOf } from '../observe.ts';
import type { StoredHistogram } from '../record.ts';
import { plainText } from './number-text.ts';
import type { Reporter } from './reporter.ts';

/**
 * Every histogram as HdrHistogram prints one (`.hgrm`), one after another, each below a line with its name: what plots or
 * reads percentile distributions takes one of them, and skips lines that begin with `#`.
 */
export const hgrm: Reporter = ({ index, records }) =>
  records
    .flatMap((record, at) =>
      Object.entries(record?.histograms ?? {})
        .filter(([, { count }]) => count > 0)
        .map(([name, histogram]) => {
          const { scenario = '', stack = '', iteration = 1 } = index.cells[at] ?? {};
          const title = plainText(`${scenario} ${stack} #${iteration} ${name} in ${histogram.unit}`);
          return `# ${title}\n${distributionOf(histogram)}`;
        }),
    )
    .join('\n');

/** So many lines for each half of what is left, as the tools of HdrHistogram have it. */
const ticksPerHalf = 5;

function distributionOf(histogram: StoredHistogram): string {
  const { count, sum, max, buckets } = histogram;
  const lines = percentilesOf(count).map((percentile) => {
    const value = percentileOf(histogram, percentile);
    const inverse = percentile === 100 ? '' : (100 / (100 - percentile)).toFixed(2).padStart(14);
    const below = String(countUpTo(histogram, value)).padStart(10);
    return `${value.toFixed(3).padStart(12)} ${(percentile / 100).toFixed(12).padStart(14)} ${below} ${inverse}`.trimEnd();
  });
  const mean = sum / count;
  const middle = ([lower, upper]: readonly [number, number, number]): number => (lower + upper) / 2;
  const squares = buckets.reduce((total, bucket) => total + bucket[2] * (middle(bucket) - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / count);
  return [
    `${'Value'.padStart(12)} ${'Percentile'.padStart(14)} ${'TotalCount'.padStart(10)} ${'1/(1-Percentile)'.padStart(14)}`,
    '',
    ...lines,
    `#[Mean    = ${fixed(mean)}, StdDeviation   = ${fixed(deviation)}]`,
    `#[Max     = ${fixed(max)}, Total count    = ${String(count).padStart(12)}]`,
    `#[Buckets = ${String(buckets.length).padStart(12)}, SubBuckets     = ${String(1).padStart(12)}]`,
    '',
  ].join('\n');
}

const fixed = (value: number): string => value.toFixed(3).padStart(12);

function countUpTo({ buckets, count, max }: StoredHistogram, value: number): number {
  if (value >= max) return count;
  let passed = 0;
  for (const [lower, upper, samples] of buckets) {
    if (lower >= value && upper > value) return passed;
    passed += samples;
  }
  return count;
}

/** From 0, in steps that halve with what is left, up to the last that the samples can tell, and 100. */
function percentilesOf(count: number): readonly number[] {
  const percentiles: number[] = [];
  for (let half = 0; 2 ** half < count; half++) {
    const [from, step] = [100 * (1 - 2 ** -half), (100 * 2 ** -(half + 1)) / ticksPerHalf];
    for (let tick = 0; tick < ticksPerHalf; tick++) percentiles.push(from + tick * step);
  }
  return [...percentiles, 100];
}
