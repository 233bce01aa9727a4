import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { plannedMs } from '../scenarios/run/plan-cells.ts';
import type { CellProgress } from '../scenarios/run/run-cell.ts';
import type { Cell } from '../scenarios/scenario.ts';
import type { FromCell, ToCell } from './cell-protocol.ts';

/** What became of the process of a cell. */
export type CellEnd =
  | { readonly kind: 'done'; readonly record: string }
  | { readonly kind: 'unsupported'; readonly reason: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  /** It ended without a word: killed, crashed, or had to be ended because it hung. */
  | { readonly kind: 'died'; readonly message: string };

/** Time a cell may take beyond its plan and its drain before it counts as hung. */
const graceMs = 60_000;
/** Time a cell has to write its record after an interrupt. */
const stopMs = 900;

const source = new URL('./cell.ts', import.meta.url);
const entry = fileURLToPath(existsSync(source) ? source : new URL('./cell.js', import.meta.url));

/** Runs one cell in a fresh process. Never rejects; when it resolves the process is gone. */
export function runCellProcess(
  order: Omit<Extract<ToCell, { kind: 'run' }>, 'kind'>,
  signal: AbortSignal,
  progress: (progress: CellProgress) => void,
): Promise<CellEnd> {
  return new Promise((resolve) => {
    const child = fork(entry, [], {
      execArgv: ['--expose-gc', '--no-warnings'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const output = lastLines(child);
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
      stopping = setTimeout(() => end('interrupted'), stopMs);
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
      signal.removeEventListener('abort', onAbort);
      const death = why ?? `the cell's process ended with ${how ?? `exit code ${code}`}`;
      resolve(said ?? { kind: 'died', message: [death, ...output()].join('\n') });
    });
    child.send({ kind: 'run', ...order } satisfies ToCell);
  });
}

function limitMs(cell: Cell): number {
  const { drainMs, deadlineMs } = cell.scenario.workload;
  return plannedMs(cell) + 3 * drainMs + deadlineMs + graceMs;
}

/** Collects what the process printed; returns its last lines. */
function lastLines(child: ChildProcess): () => readonly string[] {
  let text = '';
  const add = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-4000);
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => text.trim().split('\n').filter(Boolean).slice(-10);
}
