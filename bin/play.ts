import { join } from 'node:path';
import type { Logger } from 'pino';
import { systemClock } from '../core/clock.ts';
import type { FormatName } from '../reports/formats/table-of-formats.ts';
import { readEnvironment } from '../scenarios/run/environment.ts';
import type { Cell } from '../scenarios/scenario.ts';
import type { Flag, Flags } from './command.ts';
import { finishRun, type PlayedRun } from './finish-run.ts';
import { givenServers, serverFlags } from './given-servers.ts';
import { listenForInterrupt } from './interrupt.ts';
import { createLog, logLevels } from './log.ts';
import type { Inspected } from './modules/inspected.ts';
import { describePlan, nameOf } from './plan-text.ts';
import { failOnFlag, formatFlag } from './print-result.ts';
import { createProgress } from './progress.ts';
import { makeResultsFolder } from './results-folder.ts';
import { type FinishedCell, type RunCellsOptions, runCells } from './run-cells.ts';

/** The flags of every command that plays cells and reports on them, beside those that say which. */
export const playFlags: readonly Flag[] = [
  {
    name: 'seed',
    value: 'N',
    what: 'replays the same operations; iteration i uses seed + i - 1; default 1',
  },
  { name: 'output', value: 'DIR', what: 'where the results folder is made; default results' },
  formatFlag,
  failOnFlag,
  ...serverFlags,
  { name: 'plan', value: null, what: 'prints the cells and how long they take, and starts nothing' },
  {
    name: 'log',
    value: 'FILE',
    what: 'where logs go; default run.log in the results folder; "-" is stderr',
  },
  { name: 'log-level', value: 'LEVEL', allowed: logLevels, what: 'default info' },
];

/** What a command wants played, and what the results are called. */
export interface Play extends Pick<PlayedRun, 'seed' | 'purpose'> {
  /** In the order in which they are played. */
  readonly cells: readonly Cell[];
  /** In the order in which the results list them; default as played. */
  readonly listed?: readonly Cell[];
  readonly label: string;
  readonly inspected: Inspected;
  /** The stacks were named by flag: one that cannot run here is an error. */
  readonly stacksNamed: boolean;
}

/** Plays cells into a new results folder and prints what they came to; with `--plan` only which. Resolves to the exit code. */
export async function play(
  flags: Flags,
  { cells, listed, label, seed, purpose, inspected, stacksNamed }: Play,
): Promise<number> {
  const given = givenServers(flags, process.env);
  if (flags.has('plan')) {
    process.stdout.write(describePlan(cells, seed));
    return 0;
  }
  const startedMs = systemClock.now();
  const startedAt = new Date(startedMs).toISOString();
  const [logFile, logLevel] = [flags.text('log'), flags.text('log-level')];
  const ownLog = logFile === undefined ? null : createLog(logFile === '-' ? null : logFile, logLevel);
  const directory = await makeResultsFolder(flags.text('output') ?? 'results', startedAt, label);
  const log = ownLog ?? createLog(join(directory, 'run.log'), logLevel);
  const interrupt = listenForInterrupt();
  try {
    const environment = readEnvironment();
    log.info({ seed, cells: cells.length, environment }, 'run started');
    const stacksRequired = stacksNamed || environment.ci;
    const { signal } = interrupt;
    const options = { cells, directory, environment, given, inspected, stacksRequired, signal };
    const played = await playCells(options, log);
    const finished = inOrder(played, listed ?? cells);
    const profile = flags.text('profile') ?? 'full';
    const run = {
      directory,
      startedAt,
      startedMs,
      seed,
      profile,
      purpose,
      finished,
      interrupted: signal.aborted,
    };
    const exitCode = await finishRun(run, flags.list('format') as FormatName[], flags.text('fail-on'));
    log.info({ exit: exitCode }, 'run ended');
    return exitCode;
  } catch (error) {
    log.error({ err: error }, 'run failed');
    throw error;
  } finally {
    interrupt.stop();
  }
}

type Playing = Omit<RunCellsOptions, 'started' | 'progress' | 'finished'>;

async function playCells(options: Playing, log: Logger): Promise<readonly FinishedCell[]> {
  const line = createProgress(process.stderr);
  const finished = await runCells({
    ...options,
    started: (cell: Cell, number) => line.cell(nameOf(cell), number, options.cells.length),
    progress: (_, progress) => line.update(progress),
    finished({ cell, index, detail }) {
      const about = { cell: nameOf(cell), verdict: index.verdict, reason: index.reason };
      if (detail === '') log.info(about, 'cell finished');
      else log.error({ ...about, detail }, 'cell finished');
    },
  });
  line.clear();
  return finished;
}

function inOrder(finished: readonly FinishedCell[], cells: readonly Cell[]): readonly FinishedCell[] {
  const place = new Map(cells.map((cell, at) => [cell, at]));
  return [...finished].sort((left, right) => (place.get(left.cell) ?? 0) - (place.get(right.cell) ?? 0));
}
