import type { Bound } from '../threshold.ts';
import { boundText, numberText } from './number-text.ts';
import type { Row } from './rows.ts';

/** `p99`, `avg`, `n`; nothing where there is only a value. */
export function aggregatorText(aggregator: string): string {
  if (aggregator === 'value') return '';
  return aggregator === 'count' ? 'n' : aggregator.replace(/^p\((.+)\)$/, 'p$1');
}

/** The limit as judged. A row with only a healthy limit says so. */
export function thresholdText({ pass, healthy, unit }: Row): string {
  if (pass !== null) return `${boundText(pass, unit)}${relativeText(pass)}`;
  return healthy.map((bound) => `healthy ${boundText(bound, unit)}${relativeText(bound)}`).join(', ');
}

/** What the limit was made of: ` = 1.1 x baseline`. */
function relativeText({ relative }: Bound): string {
  return relative === undefined ? '' : ` = ${relative.factor} x baseline`;
}

/** Somebody said what it should be. */
export function isMeant({ pass, healthy }: Pick<Row, 'pass' | 'healthy'>): boolean {
  return pass !== null || healthy.length > 0;
}

/** A number of a row, never shown on another side of the row's limits than the one it was judged on. */
export function rowNumber(value: number, { unit, pass, healthy }: Row): string {
  return numberText(value, unit, pass === null ? healthy : [pass, ...healthy]);
}
