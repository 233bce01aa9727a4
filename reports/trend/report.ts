import type { Subject } from '../record.ts';

/** One result of a history: when it was saved, of which commit, and what its runs came to. */
export interface TrendPoint {
  /** ISO 8601. */
  readonly savedAt: string;
  readonly commit: string | null;
  readonly value: number;
}

/** Results that compare: one cell, one machine, one configuration, the oldest first. */
export interface TrendSeries {
  readonly cell: string;
  /** Fingerprint of the machine. */
  readonly machine: string;
  readonly configuration: string;
  readonly points: readonly TrendPoint[];
}

/** From one result on a number was of another level than before. */
export interface TrendChange extends Omit<TrendPoint, 'value'> {
  /** The place of that result in its series. */
  readonly at: number;
  readonly direction: 'better' | 'worse' | 'neither';
  /** Means of the stretches on both sides, geometric where every value is above 0. */
  readonly before: number;
  readonly after: number;
  /** How much more, in % of before; where a value is 0 or less nothing can be said in %: then in the number's own unit. */
  readonly change: {
    readonly unit: string;
    readonly by: number;
    readonly low: number;
    readonly high: number;
  };
}

export interface SeriesTrend extends TrendSeries {
  readonly changes: readonly TrendChange[];
  /** Why nothing could be looked for, or null. */
  readonly reason: string | null;
}

/** From this result on these cells were played otherwise than before: they do not compare, and are looked at apart. */
export interface TrendBreak extends Omit<TrendPoint, 'value'> {
  readonly cells: readonly string[];
  readonly what: 'machine' | 'configuration';
  readonly from: string;
  readonly to: string;
}

export interface TrendReport extends Subject {
  readonly unit: string;
  /** The name the results were saved under. */
  readonly baseline: string;
  readonly series: readonly SeriesTrend[];
  readonly breaks: readonly TrendBreak[];
  /** Runs that were left out, because they say of themselves that their numbers are doubtful or did not measure it. */
  readonly leftOut: number;
}
