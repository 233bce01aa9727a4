/** Where two parts of a series differ most, and by how much. */
export interface Split {
  /** The first place of the second part. */
  readonly at: number;
  /** The scaled energy distance of the two parts: 0 where they are the same, without a unit of its own. */
  readonly distance: number;
}

/**
 * The best place to cut a series in two parts of at least `least` values, by the statistic of E-Divisive (Matteson &
 * James 2014, with exponent 1): twice the mean distance between the parts, less the mean distances inside each. Null where
 * the series is too short. The time is the square of the length.
 */
export function bestSplit(values: readonly number[], least: number): Split | null {
  const length = values.length;
  let best: Split | null = null;
  // All values are on the right to begin with; each step moves one to the left.
  let across = 0;
  let left = 0;
  let right = sumOfDistances(values);
  for (let at = 1; at <= length - least; at++) {
    const moved = values[at - 1] as number;
    const toLeft = distanceTo(values, moved, 0, at - 1);
    const toRight = distanceTo(values, moved, at, length);
    across += toRight - toLeft;
    left += toLeft;
    right -= toRight;
    if (at < least) continue;
    const distance = scaled(across, left, right, at, length - at);
    if (best === null || distance > best.distance) best = { at, distance };
  }
  return best;
}

function scaled(across: number, left: number, right: number, n: number, m: number): number {
  const between = (2 * across) / (n * m);
  const inside = left / pairs(n) + right / pairs(m);
  return ((n * m) / (n + m)) * (between - inside);
}

const pairs = (count: number): number => Math.max(1, (count * (count - 1)) / 2);

function distanceTo(values: readonly number[], value: number, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += Math.abs((values[at] as number) - value);
  return sum;
}

function sumOfDistances(values: readonly number[]): number {
  return values.reduce((sum, value, at) => sum + distanceTo(values, value, at + 1, values.length), 0);
}
