/** Series whose changes are known, because they were planted: for tests of the trend and for the long table about it. */
import type { Random } from '../../core/random.ts';

/** What chance does to a number from one result to the next, each draw of the scale given. */
export const noises: {
  readonly [name: string]: (random: Random, length: number, scale: number) => number[];
} = {
  normal: (random, length, scale) => Array.from({ length }, () => scale * normal(random)),
  // Student's t with 3 degrees of freedom: now and then a value far out.
  'heavy tails': (random, length, scale) =>
    Array.from({ length }, () => {
      const square = () => normal(random) ** 2;
      return (scale * normal(random)) / Math.sqrt((square() + square() + square()) / 3);
    }),
  'spikes, 1 in 20 ten times as high': (random, length, scale) =>
    Array.from({ length }, () => scale * normal(random) + (random.next() < 0.05 ? 10 * scale : 0)),
  // What a machine does that is busy for a while: each value carries 0.3 of the one before.
  'drawn-out, 0.3 of the last': (random, length, scale) => {
    let last = 0;
    return Array.from({ length }, () => {
      last = 0.3 * last + scale * normal(random);
      return last;
    });
  },
};

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** A time of 20 ms, but for `steps`: from each of these places on as many times as long. Noise is a share of it. */
export function planted(
  noise: readonly number[],
  steps: readonly (readonly [at: number, factor: number])[] = [],
): readonly number[] {
  return noise.map((share, at) => {
    const factor = steps.reduce((product, [from, by]) => (at >= from ? product * by : product), 1);
    return 20 * factor * Math.exp(share);
  });
}

export function seriesOf(values: readonly number[]) {
  const points = values.map((value, at) => ({
    savedAt: new Date(Date.UTC(2026, 0, 1 + at)).toISOString(),
    commit: `c${at}`,
    value,
  }));
  return { cell: 'stress on redis', machine: 'one', configuration: 'abc', points };
}
