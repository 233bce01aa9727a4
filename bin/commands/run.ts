import { join } from 'node:path';
import type { Logger } from 'pino';
import { systemClock } from '../../core/clock.ts';
import type { FormatName } from '../../reports/formats/table-of-formats.ts';
import { readEnvironment } from '../../scenarios/run/environment.ts';
import { planCells } from '../../scenarios/run/plan-cells.ts';
import type { Cell } from '../../scenarios/scenario.ts';
import { checkAdapterOptions } from '../check-options.ts';
import type { Command, Flags } from '../command.ts';
import { finishRun } from '../finish-run.ts';
import { wholeNumber } from '../flags.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { createLog, logLevels } from '../log.ts';
import { describePlan, nameOf } from '../plan-text.ts';
import { failOnFlag, formatFlag } from '../print-result.ts';
import { createProgress } from '../progress.ts';
import { makeResultsFolder } from '../results-folder.ts';
import { type FinishedCell, type RunCellsOptions, runCells } from '../run-cells.ts';
import { selectionFlags, selectScenarios } from '../select.ts';

export const run: Command = {
  name: 'run',
  usage: '[FILE...]',
  what: 'Plays scenarios on stacks and prints what was measured, judged and checked. Without a name it plays the suite seed.',
  positional: { least: 0, most: 1000 },
  flags: [
    ...selectionFlags,
    { name: 'iterations', value: 'N', what: 'how often each cell is played; default 1' },
    {
      name: 'seed',
      value: 'N',
      what: 'replays the same operations; iteration i uses seed + i - 1; default 1',
    },
    { name: 'output', value: 'DIR', what: 'where the results folder is made; default results' },
    formatFlag,
    failOnFlag,
    { name: 'plan', value: null, what: 'prints the cells and how long they take, and starts nothing' },
    {
      name: 'log',
      value: 'FILE',
      what: 'where logs go; default run.log in the results folder; "-" is stderr',
    },
    { name: 'log-level', value: 'LEVEL', allowed: logLevels, what: 'default info' },
  ],
  examples: [
    ['testbed run --suite seed --profile quick', 'the four scenarios of the seed report, about 80 seconds'],
    ['testbed run --scenario stress --stacks sqlite --iterations 5', 'one scenario on one stack, five times'],
    ['testbed run --agents 50', 'the scenario custom with 50 agents'],
    ['testbed run my.yaml --output ./reports --format table,markdown', 'your own scenario'],
    ['testbed run --scenario smoke --fail-on degraded', 'in CI: DEGRADED ends with exit code 1 as well'],
  ],
  run: runCommand,
};

async function runCommand(flags: Flags): Promise<number> {
  const { selected, label, stacksNamed } = selectScenarios(flags);
  for (const { scenario } of selected) await checkAdapterOptions(scenario, process.env);
  const iterations = wholeNumber(flags, 'iterations', 1, 1000, 1);
  const seed = wholeNumber(flags, 'seed', 0, Number.MAX_SAFE_INTEGER - 1000, 1);
  const cells = planCells(selected, iterations, seed);
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
    const finished = await playCells({ cells, directory, environment, stacksRequired, signal }, log);
    const run = { directory, startedAt, startedMs, seed, finished, interrupted: signal.aborted };
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
