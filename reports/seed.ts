import { judgeRange } from './bound.ts';
import type { Verdict } from './record.ts';
import type { Bound } from './threshold.ts';

/** A row of the seed's own tables: what it reported, the rule we have for it, and the status it printed. */
export interface SeedRow {
  readonly scenario: string;
  readonly metric: string;
  readonly aggregator: string;
  /** A number, or the ends of a range where the seed gives a range. */
  readonly value: number | readonly [low: number, high: number];
  readonly pass: Bound;
  readonly healthy: Bound | null;
  readonly status: Verdict;
}

/**
 * A row's verdict by the same judgement that records get. The seed states no sample counts, so its numbers are taken
 * as they are and no percentile or average is refused for want of samples.
 */
export function judgeSeedRow({ value, pass, healthy }: Omit<SeedRow, 'status'>): Verdict {
  const [low, high] = typeof value === 'number' ? [value, value] : value;
  return judgeRange(low, high, [pass], healthy === null ? [] : [healthy]);
}
