import { studentP, studentQuantile } from './student.ts';

/** What a stretch of a series comes to. */
export interface Level {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squared distances from the mean. */
  readonly scatter: number;
}

export function levelOf(values: readonly number[]): Level {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const scatter = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count: values.length, mean, scatter };
}

/** How likely two levels that are one would lie so far apart: Student's t-test on the means, two-sided. */
export function sameLevelP(before: Level, after: Level): number {
  const difference = after.mean - before.mean;
  if (difference === 0) return 1;
  return studentP(difference / errorOf(before, after), freedomOf(before, after));
}

/** How far the second level lies from the first, and where that difference is with the confidence given. */
export function shiftOf(
  before: Level,
  after: Level,
  confidence: number,
): { readonly by: number; readonly low: number; readonly high: number } {
  const by = after.mean - before.mean;
  const reach = studentQuantile(1 - confidence, freedomOf(before, after)) * errorOf(before, after);
  return { by, low: by - reach, high: by + reach };
}

/** Two stretches of one number scatter alike, as far as a few values can say: so both say how much. */
function errorOf(before: Level, after: Level): number {
  const variance = (before.scatter + after.scatter) / freedomOf(before, after);
  return Math.sqrt(variance * (1 / before.count + 1 / after.count));
}

const freedomOf = (before: Level, after: Level): number => Math.max(1, before.count + after.count - 2);
