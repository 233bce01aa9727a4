import { plainTable } from '../../reports/formats/plain-table.ts';
import type { BaselineFacts } from './baseline.ts';

/** What one line says of a saved result, but for its name. */
export function factsText({ savedAt, commit, branch, fingerprint, configuration }: BaselineFacts): string {
  return `${savedAt}, commit ${commit ?? '-'}, branch ${branch ?? '-'}, machine ${fingerprint}, configuration ${configuration}`;
}

/** A table of saved results, the newest of each name last. */
export function listText(all: readonly BaselineFacts[]): string {
  const heads = ['name', 'saved', 'commit', 'branch', 'machine', 'configuration'];
  const rows = all.map(({ name, savedAt, commit, branch, fingerprint, configuration }) => [
    name,
    savedAt.slice(0, 19),
    commit ?? '-',
    branch ?? '-',
    fingerprint,
    configuration,
  ]);
  return plainTable([heads, ...rows]);
}
