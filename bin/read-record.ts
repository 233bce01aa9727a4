import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRecord } from '../reports/read-result.ts';
import type { RunRecord } from '../reports/record.ts';
import type { FinishedCell } from './run-cells.ts';

/** What a finished cell left in the results folder; null where it left nothing. */
export async function readRecordOf(
  { index: { record } }: FinishedCell,
  directory: string,
): Promise<RunRecord | null> {
  if (record === null) return null;
  const file = join(directory, record);
  return parseRecord(readFileSync(file, 'utf8'), file);
}
