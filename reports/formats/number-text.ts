import { isInside } from '../bound.ts';
import type { Bound } from '../threshold.ts';

/** What stands for a number that was not measured. */
export const unmeasured = '-';

/**
 * A number for a person: three significant digits, whole counts in full. More digits only where three would say
 * something untrue: show it on the other side of a limit, or as 100 % or 0 when it is not.
 */
export function numberText(
  value: number,
  unit: string,
  limits: readonly Pick<Bound, 'operator' | 'limit'>[] = [],
): string {
  if (unit === 'count') return String(Number(value.toFixed(1)));
  for (let digits = 3; digits < 17; digits++) {
    const shown = Number(value.toPrecision(digits));
    const sameSide = limits.every((limit) => isInside(shown, limit) === isInside(value, limit));
    const falselyFull = unit === '%' && shown === 100 && value !== 100;
    if (sameSide && !falselyFull) return String(shown);
  }
  return String(value);
}

/** Units whose metric names say them already, or that need no saying. */
const silent = new Set(['1/s', 'count', 'ratio']);

/** `< 500 ms`, `>= 300`, `>= 90 %`. */
export function boundText({ operator, limit }: Pick<Bound, 'operator' | 'limit'>, unit: string): string {
  return `${operator} ${withUnit(`${Number(limit.toPrecision(12))}`, unit)}`;
}

/** `500 ms`, `300` events a second. */
export function withUnit(number: string, unit: string): string {
  return silent.has(unit) ? number : `${number} ${unit}`;
}

/** `400 ms`, `4 s`, `75 s`, `12.5 min`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${numberText(ms, 'ms')} ms`;
  if (ms < 120_000) return `${numberText(ms / 1000, 's')} s`;
  return `${numberText(ms / 60_000, 'min')} min`;
}

/** Text from a record on one line, without anything that a terminal would obey. */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
