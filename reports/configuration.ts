import { createHash } from 'node:crypto';
import type { RunRecord } from './record.ts';

/** What was played, without when, where, on which code and by which lots: numbers of another configuration do not compare. */
export function configurationOf({
  scenario,
  stack,
  workload,
  durability,
  replicas = 0,
  parameters,
}: RunRecord): { readonly [name: string]: unknown } {
  return { scenario, stack, workload, durability, replicas, parameters };
}

/** 16 letters that are the same for the same configurations, in whatever order their fields were written down. */
export function configurationHash(records: readonly RunRecord[]): string {
  const texts = new Set(records.map((record) => JSON.stringify(sorted(configurationOf(record)))));
  return createHash('sha256')
    .update([...texts].sort().join('\n'))
    .digest('hex')
    .slice(0, 16);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
