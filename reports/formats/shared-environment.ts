import type { ResultSet } from '../result-set.ts';

/** The fields of the environment that are the same in every record, each as text; none where there is no record. */
export function sharedEnvironment({
  records,
}: Pick<ResultSet, 'records'>): readonly (readonly [name: string, value: string])[] {
  const environments = records.flatMap((record) => (record === null ? [] : [record.environment]));
  return Object.entries(environments[0] ?? {})
    .filter(([name, value]) =>
      environments.every((other) => JSON.stringify(other[name]) === JSON.stringify(value)),
    )
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
}
