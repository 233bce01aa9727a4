import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRecord } from '../../reports/read-result.ts';
import type { RunRecord } from '../../reports/record.ts';
import { writeRecord } from '../../reports/write-result.ts';

/** A record of a cell that was looked into: it names what that left, and `how` says by whom, and that it costs time. */
export function profiled(record: RunRecord, how: string, files: readonly string[]): RunRecord {
  const detail = `${how}: ${files.join(', ')} beside the record`;
  return {
    ...record,
    files: [...record.files, ...files],
    findings: [...record.findings, { verdict: 'NOTE', about: 'profiler', detail }],
  };
}

/** The same for a record that has been written; `path` is relative to the results folder. */
export async function addFiles(
  directory: string,
  path: string,
  how: string,
  files: readonly string[],
): Promise<void> {
  const record = await parseRecord(await readFile(join(directory, path), 'utf8'), path);
  await writeRecord(directory, profiled(record, how, files));
}
