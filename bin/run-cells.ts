import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseRecord } from '../reports/read-result.ts';
import type { IndexCell, RunRecord } from '../reports/record.ts';
import { recordPathOf } from '../reports/write-result.ts';
import type { Environment } from '../scenarios/run/environment.ts';
import type { CellProgress } from '../scenarios/run/run-cell.ts';
import type { Cell } from '../scenarios/scenario.ts';
import { type CellEnd, runCellProcess } from './cell-process.ts';

/** A cell with what it left: a record, or why there is none. */
export interface FinishedCell {
  readonly cell: Cell;
  readonly index: IndexCell;
  readonly record: RunRecord | null;
  /** It could not be run at all: exit code 4. */
  readonly couldNotRun: boolean;
}

export interface RunCellsOptions {
  readonly cells: readonly Cell[];
  /** The results folder; exists. */
  readonly directory: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly started: (cell: Cell, number: number) => void;
  readonly progress: (cell: Cell, progress: CellProgress) => void;
  readonly finished: (cell: FinishedCell) => void;
}

/** Runs cells one after another, each in a process of its own. One that dies costs no other cell. */
export async function runCells(options: RunCellsOptions): Promise<readonly FinishedCell[]> {
  const done: FinishedCell[] = [];
  for (const [number, cell] of options.cells.entries()) {
    if (options.signal.aborted) break;
    options.started(cell, number);
    const finished = await runOne(cell, options);
    options.finished(finished);
    done.push(finished);
  }
  return done;
}

async function runOne(
  cell: Cell,
  { directory, environment, signal, progress }: RunCellsOptions,
): Promise<FinishedCell> {
  const { scenario, stack, iteration, seed } = cell;
  const identity = { scenario: scenario.name, stack: stack.name, iteration, seed };
  const outputDirectory = join(directory, dirname(recordPathOf({ ...identity })));
  const dataDirectory = join(outputDirectory, 'data');
  mkdirSync(dataDirectory, { recursive: true });
  const order = { cell, directory, outputDirectory, dataDirectory, environment };
  const end = await runCellProcess(order, signal, (each) => progress(cell, each));
  rmSync(dataDirectory, { recursive: true, force: true });
  if (end.kind === 'done') {
    const file = join(directory, end.record);
    const record = await parseRecord(readFileSync(file, 'utf8'), file);
    return {
      cell,
      index: { ...identity, verdict: record.verdict, record: end.record },
      record,
      couldNotRun: false,
    };
  }
  rmSync(outputDirectory, { recursive: true, force: true });
  const verdict = end.kind === 'unsupported' ? 'UNSUPPORTED' : 'INCONCLUSIVE';
  const index: IndexCell = { ...identity, verdict, record: null, reason: reasonOf(end) };
  return { cell, index, record: null, couldNotRun: end.kind === 'failed' };
}

function reasonOf(end: Exclude<CellEnd, { kind: 'done' }>): string {
  if (end.kind === 'unsupported') return end.reason;
  return end.kind === 'failed' ? `could not run: ${end.code}: ${end.message}` : end.message;
}
