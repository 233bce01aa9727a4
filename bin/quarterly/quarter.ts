import { TestbedError } from '../../core/error.ts';

/** `2026-Q4`, of a moment in UTC. */
export function quarterOf(ms: number): string {
  const date = new Date(ms);
  return `${date.getUTCFullYear()}-Q${1 + Math.floor(date.getUTCMonth() / 3)}`;
}

/** INVALID_CONFIG for what is no quarter. */
export function parseQuarter(text: string): string {
  if (/^\d{4}-Q[1-4]$/.test(text)) return text;
  throw new TestbedError('INVALID_CONFIG', `--quarter ${JSON.stringify(text)}: not YEAR-QN, such as 2026-Q4`);
}
