import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRecord } from '../../reports/read-result.ts';
import { recordPathOf } from '../../reports/write-result.ts';
import type { Cell } from '../../scenarios/scenario.ts';
import { isRecordError } from '../error-text.ts';
import { type FinishedCell, identityOf } from '../run-cells.ts';

/**
 * The cells that need not be played again: those whose record is whole, was played to its end, and has the key that the
 * cell has now. Everything else that lies in the folder counts for nothing.
 */
export async function keptCells(
  folder: string,
  cells: readonly Cell[],
  keyOf: (cell: Cell) => string,
): Promise<ReadonlyMap<Cell, FinishedCell>> {
  const kept = new Map<Cell, FinishedCell>();
  for (const cell of cells) {
    const record = recordPathOf(identityOf(cell));
    const verdict = await verdictIn(join(folder, record), keyOf(cell));
    if (verdict === null) continue;
    const index = { ...identityOf(cell), verdict, record };
    kept.set(cell, { cell, index, couldNotRun: false, detail: '' });
  }
  return kept;
}

async function verdictIn(file: string, key: string) {
  if (!existsSync(file)) return null;
  try {
    const record = await parseRecord(readFileSync(file, 'utf8'), file);
    return record.key === key && !record.interrupted ? record.verdict : null;
  } catch (error) {
    if (isRecordError(error)) return null;
    throw error;
  }
}
