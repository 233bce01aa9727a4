import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname, resolve } from 'node:path';
import { plannedMs } from '../scenarios/run/plan-cells.ts';
import type { CellProgress } from '../scenarios/run/run-cell.ts';
import type { Cell } from '../scenarios/scenario.ts';
import { keepOutput, reasonIn } from './cell-output.ts';
import type { CellOrder, FromCell, ToCell } from './cell-protocol.ts';
import { entryFile, moduleArgv } from './own-process.ts';
import { watchedChild } from './watched-child.ts';

/**
 * What became of the process of a cell. `died`: it ended without a word (killed, crashed, or had to be ended because it hung), or
 * said that it had lost a worker. `detail` is for the log.
 */
export type CellEnd = Exclude<FromCell, { kind: 'progress' }>;

/** Time a cell may take beyond its plan and its drain before it counts as hung. */
const graceMs = 60_000;
/** Time a cell has to write its record after an interrupt. */
const stopMs = 900;
/** What is in force then is healed first, and seen healed: servers start on what they left. */
const healMs = 20_000;

/**
 * The collector can be asked to collect; and the young generation has its full size from the start, because it would
 * otherwise grow with the length of a run, and RSS with it.
 */
const execArgv = ['--expose-gc', '--no-warnings', '--min-semi-space-size=16', '--max-semi-space-size=16'];

/**
 * Runs one cell in a fresh process, leader of a group of its own: a terminal's Ctrl-C is for the runner, which decides
 * what it means. When the promise settles the process is gone, and `clean` has removed its data; should the runner be
 * killed, a watchdog ends the process, even one that hangs, and removes its data.
 */
export async function runCellProcess(
  order: CellOrder,
  signal: AbortSignal,
  progress: (progress: CellProgress) => void,
  clean: () => Promise<void>,
): Promise<CellEnd> {
  const { child, dismiss } = await watchedChild(resolve(order.dataDirectory), () => forkCell(order));
  try {
    return await follow(child, order, signal, progress);
  } finally {
    // The watchdog stays until that is done: we may be killed in the middle of it.
    await clean();
    await dismiss();
  }
}

function forkCell({ cell, profiler }: CellOrder): ChildProcess {
  const argv = cell.stack.modules === undefined ? execArgv : [...execArgv, ...moduleArgv];
  const options: ForkOptions = {
    env: { ...compiledOnce(), ...process.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  };
  const [, tool] = profiler?.split(':') ?? [];
  return tool === undefined
    ? fork(entryFile('cell'), [], { ...options, execArgv: argv })
    : fork(entryFile('under-clinic'), [tool, ...argv], { ...options, execArgv: [] });
}

/**
 * What one cell has compiled the next one takes from the runner's cache: it is most of what a fresh process costs before it
 * does anything, and of what it measures it is no part. Nothing where the runner keeps no cache.
 */
function compiledOnce(): NodeJS.ProcessEnv {
  const ofThisNode = getCompileCacheDir();
  return ofThisNode === undefined ? {} : { NODE_COMPILE_CACHE: dirname(ofThisNode) };
}

function follow(
  child: ChildProcess,
  order: CellOrder,
  signal: AbortSignal,
  progress: (progress: CellProgress) => void,
): Promise<CellEnd> {
  return new Promise((done) => {
    const output = keepOutput(child);
    let said: CellEnd | null = null;
    let why: string | null = null;
    const end = (reason: string): void => {
      why ??= reason;
      child.kill('SIGKILL');
    };
    const hung = setTimeout(() => end('it hung and was ended'), limitMs(order.cell));
    let stopping: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      if (child.connected) child.send({ kind: 'stop' } satisfies ToCell);
      const withinMs = (order.cell.scenario.faults ?? []).length > 0 ? stopMs + healMs : stopMs;
      stopping = setTimeout(() => end('interrupted before it could write its record'), withinMs);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    child.on('message', (message: FromCell) => {
      if (message.kind === 'progress') progress(message.progress);
      else said = message;
    });
    child.on('error', (error) => end(error.message));
    child.on('close', (code, how) => {
      clearTimeout(hung);
      clearTimeout(stopping);
      endGroup(child);
      signal.removeEventListener('abort', onAbort);
      const death = why ?? `its process ended with ${how ?? `exit code ${code}`}${reasonIn(output())}`;
      done(said ?? { kind: 'died', message: death, detail: output() });
    });
    child.send({ kind: 'run', ...order } satisfies ToCell);
  });
}

/** What a cell had started ends when it sees that the cell is gone; what stands still does not see it. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined || process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // As it should be: nobody is left of the group.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function limitMs(cell: Cell): number {
  const { drainMs, deadlineMs } = cell.scenario.workload;
  return plannedMs(cell) + 3 * drainMs + deadlineMs + graceMs;
}
