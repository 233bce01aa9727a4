import { spreadOf } from '../statistics.ts';

export type Point = readonly [x: number, y: number];

/**
 * The median of the slopes of all pairs of points: a few that lie far off do not move it. Null where there are no two
 * points with different x.
 */
export function theilSen(points: readonly Point[]): number | null {
  const slopes = points.flatMap(([fromX, fromY], at) =>
    points.slice(at + 1).flatMap(([toX, toY]) => (toX === fromX ? [] : [(toY - fromY) / (toX - fromX)])),
  );
  return spreadOf(slopes)?.median ?? null;
}
