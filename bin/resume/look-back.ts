import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell } from '../../scenarios/scenario.ts';
import type { FinishedCell } from '../run-cells.ts';
import { refuseChanges } from './differences.ts';
import { keptCells } from './kept-cells.ts';
import { type PlanFile, readPlan, writePlan } from './plan-file.ts';
import { refuseRunning } from './running-mark.ts';

/** What there is of a run that goes on. */
export interface Earlier {
  readonly startedAt: string;
  readonly kept: ReadonlyMap<Cell, FinishedCell>;
}

export const nothingEarlier = (startedAt: string): Earlier => ({ startedAt, kept: new Map() });

/**
 * Looks at the folder of an earlier run, and changes nothing in it. INVALID_CONFIG when it is none, is still being played,
 * or was begun with other parts than `plan` has now.
 */
export async function lookBack(
  folder: string,
  plan: PlanFile,
  cells: readonly Cell[],
  keyOf: (cell: Cell) => string,
): Promise<Earlier> {
  const before = readPlan(folder);
  refuseRunning(folder);
  refuseChanges(folder, before, plan);
  return { startedAt: before.startedAt, kept: await keptCells(folder, cells, keyOf) };
}

/** Makes a folder one that is being played into: it has a plan, and no index, by which it would be complete. */
export async function beginIn(folder: string, plan: PlanFile): Promise<void> {
  for (const file of ['index.json', 'summary.md']) rmSync(join(folder, file), { force: true });
  await writePlan(folder, plan);
}
