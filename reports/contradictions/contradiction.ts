import type { Step } from '../json-position.ts';
import type { Metric, RunRecord } from '../record.ts';

/** Two things in a record that cannot both be true: where one of them stands, and what they are. */
export interface Contradiction {
  readonly steps: readonly Step[];
  readonly message: string;
}

/** One kind of contradiction: the first of it that a record holds, or null. */
export type Rule = (record: RunRecord) => Contradiction | null;

/** Histograms know a value to about one in a thousand, and a rate divides by times that are rounded. */
const slack = 0.01;

export function isAscending(values: readonly number[]): boolean {
  return values.every((value, index) => {
    const before = values[index - 1] ?? value;
    return before <= value + slack * Math.max(Math.abs(before), Math.abs(value));
  });
}

export function isNear(left: number, right: number): boolean {
  return isAscending([left, right, left]);
}

/** The value of a metric that is a single number; null where it was not measured. */
export function numberOf({ metrics }: RunRecord, name: string): number | null {
  const metric: Metric | undefined = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  return metric !== undefined && 'value' in metric ? metric.value : null;
}
