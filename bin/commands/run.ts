import { join } from 'node:path';
import type { Logger } from 'pino';
import { systemClock } from '../../core/clock.ts';
import { type FormatName, formats } from '../../reports/formats/table-of-formats.ts';
import { type ResultIndex, schemaVersion } from '../../reports/record.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { exitCodeOf, type FailOn, failOnLevels, worst } from '../../reports/verdict.ts';
import { writeWhole } from '../../reports/whole-file.ts';
import { createResultFolder, writeIndex } from '../../reports/write-result.ts';
import { readEnvironment } from '../../scenarios/run/environment.ts';
import { planCells, plannedMs } from '../../scenarios/run/plan-cells.ts';
import type { Cell } from '../../scenarios/scenario.ts';
import type { Command, Flags } from '../command.ts';
import { wholeNumber } from '../flags.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { createLog, logLevels } from '../log.ts';
import { printResult, seedReference } from '../print-result.ts';
import { createProgress } from '../progress.ts';
import { type FinishedCell, type RunCellsOptions, runCells } from '../run-cells.ts';
import { selectionFlags, selectScenarios } from '../select.ts';
import { version } from '../testbed.ts';

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
    {
      name: 'format',
      value: 'NAME',
      list: true,
      allowed: Object.keys(formats),
      what: 'what is printed; default table',
    },
    { name: 'fail-on', value: 'WHAT', allowed: failOnLevels, what: 'what else counts as FAIL; default fail' },
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
  ],
  run: runCommand,
};

async function runCommand(flags: Flags): Promise<number> {
  const { selected, label } = selectScenarios(flags);
  const iterations = wholeNumber(flags, 'iterations', 1, 1000, 1);
  const seed = wholeNumber(flags, 'seed', 0, Number.MAX_SAFE_INTEGER - 1000, 1);
  const cells = planCells(selected, iterations, seed);
  if (flags.has('plan')) {
    process.stdout.write(describePlan(cells, seed));
    return 0;
  }
  const environment = readEnvironment();
  const startedMs = systemClock.now();
  const startedAt = new Date(startedMs).toISOString();
  const directory = await createResultFolder(flags.text('output') ?? 'results', startedAt, label);
  const logFile = flags.text('log') ?? join(directory, 'run.log');
  const log = createLog(logFile === '-' ? undefined : logFile, flags.text('log-level'));
  const interrupt = listenForInterrupt();
  log.info({ seed, cells: cells.length, environment }, 'run started');
  const finished = await runWithProgress(cells, { directory, environment, signal: interrupt.signal, log });
  interrupt.stop();

  const interrupted = interrupt.signal.aborted;
  const verdicts = verdictsOf(finished);
  const index: ResultIndex = {
    schemaVersion,
    testbed: version(),
    command: ['testbed', ...process.argv.slice(2)].join(' '),
    seed,
    startedAt,
    verdict: worst(interrupted ? ['INCONCLUSIVE', ...verdicts] : verdicts),
    cells: finished.map((cell) => cell.index),
  };
  const result: ResultSet = { index, directory, records: finished.map(({ record }) => record), doubts: [] };
  const failOn = (flags.text('fail-on') ?? 'fail') as FailOn;
  const exitCode = exitCodeFor(finished, interrupted, failOn);
  const options = { wallMs: systemClock.now() - startedMs, failOn, exitCode };
  const summary = formats.markdown(result, { reference: seedReference(), ...options });
  await writeWhole(join(directory, 'summary.md'), summary);
  await writeIndex(directory, index);
  printResult(result, flags.list('format') as FormatName[], options);
  log.info({ verdict: index.verdict, exit: exitCode }, 'run ended');
  return exitCode;
}

type Surroundings = Pick<RunCellsOptions, 'directory' | 'environment' | 'signal'> & { readonly log: Logger };

async function runWithProgress(
  cells: readonly Cell[],
  { log, ...around }: Surroundings,
): Promise<readonly FinishedCell[]> {
  const line = createProgress(process.stderr);
  const finished = await runCells({
    cells,
    ...around,
    started: (cell, number) => line.cell(nameOf(cell), number, cells.length),
    progress: (_, progress) => line.update(progress),
    finished({ cell, index }) {
      log.info({ cell: nameOf(cell), verdict: index.verdict, reason: index.reason }, 'cell finished');
    },
  });
  line.clear();
  return finished;
}

function nameOf({ scenario, stack, iteration }: Cell): string {
  return `${scenario.name} on ${stack.name}${iteration > 1 ? ` #${iteration}` : ''}`;
}

function verdictsOf(finished: readonly FinishedCell[]): ResultIndex['verdict'][] {
  return finished.map(({ index }) => index.verdict);
}

function exitCodeFor(finished: readonly FinishedCell[], interrupted: boolean, failOn: FailOn): number {
  if (interrupted) return 130;
  const code = exitCodeOf(verdictsOf(finished), failOn);
  return code !== 1 && finished.some(({ couldNotRun }) => couldNotRun) ? 4 : code;
}

function describePlan(cells: readonly Cell[], seed: number): string {
  const total = cells.reduce((sum, cell) => sum + plannedMs(cell), 0);
  const lines = cells.map((cell) => {
    const { scenario, stack, iteration } = cell;
    const phases = scenario.workload.phases.map(({ name, forMs }) => `${name} ${forMs / 1000} s`).join(', ');
    return `${scenario.name.padEnd(16)} ${stack.name.padEnd(18)} #${iteration}   seed ${cell.seed}   ${phases}`;
  });
  const seconds = Math.ceil(total / 1000);
  return `seed ${seed}, ${cells.length} cells, ${seconds} s of load without starting and draining\n${lines.join('\n')}\n`;
}
