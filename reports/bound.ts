import type { Bound } from './threshold.ts';

/** Whether `value` keeps the bound. Never true for NaN. */
export function isInside(value: number, { operator, limit }: Pick<Bound, 'operator' | 'limit'>): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '==':
      return value === limit;
  }
}

/** How all the values from `low` to `high` stand to a bound. */
function rangeTo(bound: Bound, low: number, high: number): 'inside' | 'across' | 'outside' {
  const ends = [isInside(low, bound), isInside(high, bound)];
  if (ends[0] && ends[1]) return 'inside';
  const between = bound.operator === '==' && low < bound.limit && bound.limit < high;
  return ends[0] || ends[1] || between ? 'across' : 'outside';
}

/**
 * The one place where a number becomes a verdict. A number known only as a range is FAIL where all of it is outside a
 * pass bound, DEGRADED where it lies across one or leaves a healthy bound; a number known exactly is a range of one.
 */
export function judgeRange(
  low: number,
  high: number,
  pass: readonly Bound[],
  healthy: readonly Bound[],
): 'PASS' | 'DEGRADED' | 'FAIL' | 'INCONCLUSIVE' {
  const bounds = [...pass, ...healthy];
  const finite = [low, high, ...bounds.map(({ limit }) => limit)].every(Number.isFinite);
  if (bounds.length === 0 || !finite || low > high) return 'INCONCLUSIVE';
  const passing = pass.map((bound) => rangeTo(bound, low, high));
  if (passing.includes('outside')) return 'FAIL';
  const all = [...passing, ...healthy.map((bound) => rangeTo(bound, low, high))];
  return all.every((place) => place === 'inside') ? 'PASS' : 'DEGRADED';
}

/** What of a metric a bound looks at, as rules write it: `avg`, `p(99)`, `value`. */
export function aggregatorOf({ aggregator, percentile }: Pick<Bound, 'aggregator' | 'percentile'>): string {
  return aggregator === 'p' ? `p(${percentile})` : aggregator;
}
