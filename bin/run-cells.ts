import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { journalName } from '../chaos/journal.ts';
import { undoAll } from '../chaos/undo.ts';
import { TestbedError } from '../core/error.ts';
import { parseRecord } from '../reports/read-result.ts';
import type { IndexCell } from '../reports/record.ts';
import { recordPathOf } from '../reports/write-result.ts';
import type { Environment } from '../scenarios/run/environment.ts';
import type { GivenAddresses } from '../scenarios/run/provision.ts';
import type { CellProgress } from '../scenarios/run/run-cell.ts';
import type { Cell } from '../scenarios/scenario.ts';
import { outcomeOf } from './cell-outcome.ts';
import type { CellEnd } from './cell-process.ts';
import type { CellOrder } from './cell-protocol.ts';
import { explain } from './error-text.ts';
import { playWithStudy } from './leaks/play-with-study.ts';
import type { Inspected } from './modules/inspected.ts';
import { profileFailure } from './profile/play-again.ts';
import type { ProfilerName } from './profile/profiler.ts';
import { removeFolder } from './remove-folder.ts';
import { playSearch } from './search/play-search.ts';

/** A cell and what it came to; its record, if it left one, is on the disk. */
export interface FinishedCell {
  readonly cell: Cell;
  readonly index: IndexCell;
  /** It could not be run at all: exit code 4. */
  readonly couldNotRun: boolean;
  /** For the log: a stack, or the last that a dead process printed. */
  readonly detail: string;
}

export interface RunCellsOptions {
  /** Of those that are searches, their probes are played. */
  readonly cells: readonly Cell[];
  /** The results folder; exists. */
  readonly directory: string;
  readonly environment: Environment;
  /** A stack that this machine does not have is an error, not UNSUPPORTED. */
  readonly stacksRequired: boolean;
  /** Looks on while they are played. Absent: nobody does. */
  readonly profiler?: ProfilerName;
  /** Where k6 is, if somebody said. */
  readonly k6?: string;
  /** Servers that somebody else runs, by kind. */
  readonly given: GivenAddresses;
  /** What is known of stacks that name modules. */
  readonly inspected: Inspected;
  /** What was played before, in an earlier part of this run: it is taken as it is. */
  readonly kept: ReadonlyMap<Cell, FinishedCell>;
  /** The same of a probe of a search, which is not known before. */
  readonly keptProbe: (probe: Cell) => Promise<FinishedCell | null>;
  /** Of all that a cell's numbers depend on; goes into its record. */
  readonly keyOf: (cell: Cell) => string;
  readonly signal: AbortSignal;
  /** Somebody looks on: progress comes with what there is to see. */
  readonly watched: boolean;
  /** Asked before each cell with all that came before it: true ends the run there. Absent: all are played. */
  readonly enough?: (done: readonly FinishedCell[], directory: string) => Promise<boolean>;
  /** `number`: of which of the cells it is, itself or a probe. */
  readonly started: (cell: Cell, number: number) => void;
  readonly progress: (cell: Cell, progress: CellProgress) => void;
  readonly finished: (cell: FinishedCell) => void;
}

/** Runs cells one after another, each in a process of its own. One that dies costs no other cell; none is left out. */
export async function runCells(options: RunCellsOptions): Promise<readonly FinishedCell[]> {
  const done: FinishedCell[] = [];
  for (const [number, cell] of options.cells.entries()) {
    if (await options.enough?.(done, options.directory)) break;
    const play = (one: Cell): Promise<FinishedCell> => playOne(one, number, options);
    done.push(
      ...(cell.scenario.search === undefined
        ? [await play(cell)]
        : await playSearch(cell, { ...options, play })),
    );
  }
  return done;
}

async function playOne(cell: Cell, number: number, options: RunCellsOptions): Promise<FinishedCell> {
  const kept = options.kept.get(cell) ?? (await options.keptProbe(cell));
  if (kept !== null) return kept;
  if (options.signal.aborted) {
    return without(cell, { verdict: 'INCONCLUSIVE', reason: 'interrupted before it was played' });
  }
  options.started(cell, number);
  const finished = await runOne(cell, options);
  options.finished(finished);
  return finished;
}

async function runOne(cell: Cell, options: RunCellsOptions): Promise<FinishedCell> {
  const { directory, given, inspected, keyOf, stacksRequired, signal, watched, progress, profiler, k6 } =
    options;
  const problem = inspected.problem(cell.stack);
  if (problem !== null) {
    return {
      ...without(cell, { verdict: 'INCONCLUSIVE', reason: `could not run: ${problem}` }),
      couldNotRun: true,
    };
  }
  const { modules } = inspected.facts(cell.stack) ?? {};
  const environment = { ...options.environment, ...(modules && { modules }) };
  const outputDirectory = join(directory, dirname(recordPathOf(identityOf(cell))));
  const places = { directory, outputDirectory, dataDirectory: join(outputDirectory, 'data') };
  const namespace = `testbed_${randomBytes(6).toString('hex')}`;
  const parts = { cell, key: keyOf(cell), ...places, environment, given, namespace, watched };
  const order: CellOrder = { ...parts, ...(profiler && { profiler }), ...(k6 !== undefined && { k6 }) };
  const playOrder = (one: CellOrder): Promise<CellEnd> =>
    playWithStudy(
      one,
      signal,
      (each) => progress(cell, each),
      () => cleanUp(one),
    );
  let end: CellEnd;
  try {
    clearEarlier(outputDirectory);
    mkdirSync(order.dataDirectory, { recursive: true });
    end = await playOrder(order);
  } catch (error) {
    await cleanUp(order);
    const { code, text } = explain(error);
    end = { kind: 'failed', code, message: text, detail: String((error as Error).stack ?? '') };
  }
  if (end.kind === 'done') {
    const finished = await readBack(cell, directory, end.record);
    const { profileOn } = cell.scenario;
    if (profileOn !== undefined && finished.index.verdict === 'FAIL' && !signal.aborted)
      await profileFailure(order, end.record, playOrder);
    return finished;
  }
  await removeFolder(outputDirectory);
  const { couldNotRun, ...outcome } = outcomeOf(end, stacksRequired);
  return { ...without(cell, outcome), couldNotRun, detail: 'detail' in end ? end.detail : '' };
}

async function cleanUp({ outputDirectory, dataDirectory }: CellOrder): Promise<void> {
  undoLeft(join(outputDirectory, journalName));
  await removeFolder(dataDirectory);
}

/** What the faults of a cell that was killed have left; its own way out leaves nothing. */
function undoLeft(journal: string): void {
  if (existsSync(journal) && undoAll(journal).every(({ problem }) => problem === null)) rmSync(journal);
}

/** What an earlier try has left of a cell that was killed in the middle. */
function clearEarlier(outputDirectory: string): void {
  const journal = join(outputDirectory, journalName);
  undoLeft(journal);
  if (existsSync(journal)) {
    const message = `${journal}: faults of an earlier try could not be undone; see testbed recover`;
    throw new TestbedError('UNAVAILABLE', message);
  }
  rmSync(outputDirectory, { recursive: true, force: true });
}

/** The verdict is taken from the file, not from what its writer said: what cannot be read back was not measured. */
async function readBack(cell: Cell, directory: string, path: string): Promise<FinishedCell> {
  try {
    const file = join(directory, path);
    const { verdict } = await parseRecord(readFileSync(file, 'utf8'), file);
    const index = { ...identityOf(cell), verdict, record: path };
    return { cell, index, couldNotRun: false, detail: '' };
  } catch (error) {
    const reason = `its record cannot be read back: ${explain(error).text}`;
    return without(cell, { verdict: 'INCONCLUSIVE', reason });
  }
}

/** What a cell is called in index and record. */
export function identityOf({ scenario: { name: scenario, parameters }, stack, iteration, seed }: Cell) {
  return { scenario, stack: stack.name, iteration, seed, ...(parameters && { parameters }) };
}

function without(cell: Cell, outcome: Pick<IndexCell, 'verdict' | 'reason'>): FinishedCell {
  const index: IndexCell = { ...identityOf(cell), record: null, ...outcome };
  return { cell, index, couldNotRun: false, detail: '' };
}
