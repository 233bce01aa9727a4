import { join } from 'node:path';
import type { Logger } from 'pino';
import { systemClock } from '../core/clock.ts';
import type { FormatName } from '../reports/formats/table-of-formats.ts';
import { readEnvironment } from '../scenarios/run/environment.ts';
import { estimatedMs } from '../scenarios/run/plan-cells.ts';
import type { Cell } from '../scenarios/scenario.ts';
import type { Flag, Flags } from './command.ts';
import { k6Flag, k6Named } from './drivers/k6-flag.ts';
import { finishRun, type PlayedRun, type PrintWhole } from './finish-run.ts';
import { givenServers, serverFlags, withoutSecrets } from './given-servers.ts';
import { listenForInterrupt } from './interrupt.ts';
import { liveFlags, type Watcher, watchRun } from './live/watch-run.ts';
import { createLog, logLevels } from './log.ts';
import type { Inspected } from './modules/inspected.ts';
import { doubtsOf } from './plan-doubts.ts';
import { describePlan, nameOf, placeOf } from './plan-text.ts';
import { failOnFlag, formatFlag, printResult } from './print-result.ts';
import type { ProfilerName } from './profile/profiler.ts';
import { createProgress } from './progress.ts';
import { replaysOf } from './replay.ts';
import { makeResultsFolder } from './results-folder.ts';
import { keptCells } from './resume/kept-cells.ts';
import { beginIn, lookBack, nothingEarlier } from './resume/look-back.ts';
import { planOf } from './resume/plan-file.ts';
import { goOnWith } from './resume/resumed-flags.ts';
import { markRunning } from './resume/running-mark.ts';
import { type FinishedCell, type RunCellsOptions, runCells } from './run-cells.ts';
import { TimeLeft } from './time-left.ts';

/** The flags of every command that plays cells and reports on them, beside those that say which. */
export const playFlags: readonly Flag[] = [
  {
    name: 'seed',
    value: 'N',
    what: 'replays the same operations; iteration i uses seed + i - 1; default 1',
  },
  { name: 'output', value: 'DIR', what: 'where the results folder is made; default results' },
  k6Flag,
  formatFlag,
  failOnFlag,
  ...serverFlags,
  {
    name: 'resume',
    value: 'DIR',
    what: 'goes on in the results folder of a run that was interrupted or killed',
  },
  { name: 'plan', value: null, what: 'prints the cells and how long they take, and starts nothing' },
  {
    name: 'log',
    value: 'FILE',
    what: 'where logs go; default run.log in the results folder; "-" is stderr',
  },
  { name: 'log-level', value: 'LEVEL', allowed: logLevels, what: 'default info' },
  ...liveFlags,
];

/** What a command wants played, and what the results are called. */
export interface Play extends Pick<PlayedRun, 'seed' | 'purpose'> {
  /** In the order in which they are played. */
  readonly cells: readonly Cell[];
  /** In the order in which the results list them; default as played. */
  readonly listed?: readonly Cell[];
  readonly label: string;
  /** The command line by which it can be asked for again. */
  readonly words: readonly string[];
  readonly inspected: Inspected;
  /** When the rest need not be played; as in `RunCellsOptions`. */
  readonly enough?: RunCellsOptions['enough'];
  /** The stacks were named by flag: one that cannot run here is an error. */
  readonly stacksNamed: boolean;
  /** What is printed of the whole result; default the formats asked for. */
  readonly print?: PrintWhole;
}

/**
 * Plays cells into a new results folder, or what is missing into that of an earlier run, and prints what they came to; with
 * `--plan` only which. Resolves to the exit code.
 */
export async function play(flags: Flags, wanted: Play): Promise<number> {
  const { cells, label, seed, purpose, words, inspected } = wanted;
  const startedMs = systemClock.now();
  const now = new Date(startedMs).toISOString();
  const given = givenServers(flags, process.env);
  const k6 = k6Named(flags);
  const environment = readEnvironment();
  const { plan, keyOf } = planOf({
    cells,
    environment,
    given,
    inspected,
    purpose,
    seed,
    words,
    startedAt: now,
  });
  const resumed = flags.text('resume');
  const earlier = resumed === undefined ? nothingEarlier(now) : await lookBack(resumed, plan, cells, keyOf);
  if (flags.has('plan')) {
    const left = cells.filter((cell) => !earlier.kept.has(cell));
    process.stdout.write(describePlan(left, seed, await doubtsOf(left, given, k6)));
    return 0;
  }
  const [logFile, logLevel] = [flags.text('log'), flags.text('log-level')];
  const ownLog = logFile === undefined ? null : createLog(logFile === '-' ? null : logFile, logLevel);
  const page = await watchRun(flags, `Testbed: ${label}`);
  const directory = resumed ?? (await makeResultsFolder(flags.text('output') ?? 'results', now, label));
  const { startedAt, kept } = earlier;
  await beginIn(directory, { ...plan, startedAt });
  const unmark = markRunning(directory);
  const log = ownLog ?? createLog(join(directory, 'run.log'), logLevel);
  try {
    log.info({ seed, cells: cells.length, kept: kept.size, environment }, 'run started');
    const stacksRequired = wanted.stacksNamed || environment.ci;
    const { enough } = wanted;
    const keptProbe = async (probe: Cell) =>
      probe.scenario.endsOnceLost ? ((await keptCells(directory, [probe], keyOf)).get(probe) ?? null) : null;
    const parts = { cells, directory, environment, given, inspected, kept, keptProbe, keyOf, stacksRequired };
    const profiler = flags.text('profile-with') as ProfilerName | undefined;
    const options = {
      ...parts,
      ...(enough && { enough }),
      ...(profiler && { profiler }),
      ...(k6 !== undefined && { k6 }),
    };
    return await playInto(flags, wanted, { ...options, page, startedAt, startedMs }, log);
  } catch (error) {
    log.error({ err: error }, 'run failed');
    throw error;
  } finally {
    unmark();
    await page?.close();
  }
}

interface Playing extends Omit<RunCellsOptions, 'started' | 'progress' | 'finished' | 'watched'> {
  /** Null: nobody asked for one. */
  readonly page: Watcher | null;
}

async function playInto(
  flags: Flags,
  { cells, listed, seed, purpose, words, print }: Play,
  { startedAt, startedMs, ...options }: Omit<Playing, 'signal'> & Pick<PlayedRun, 'startedAt' | 'startedMs'>,
  log: Logger,
): Promise<number> {
  const { directory } = options;
  const interrupt = listenForInterrupt();
  try {
    const { signal } = interrupt;
    const played = await playCells({ ...options, signal }, log);
    const finished = listed === undefined ? played : inOrder(played, listed);
    const profile = flags.text('profile') ?? 'full';
    const times = { startedAt, startedMs };
    const command = commandOf(words, flags.text('resume'));
    const about = { directory, ...times, command, seed, profile, purpose };
    const run = { ...about, planned: cells, finished, interrupted: signal.aborted };
    const formats = flags.list('format') as FormatName[];
    const printed: PrintWhole = print ?? ((result, how) => printResult(result, formats, how));
    const exitCode = await finishRun(run, flags.text('fail-on'), printed);
    for (const replay of replaysOf(words, finished)) process.stderr.write(`again: ${replay}\n`);
    if (run.interrupted) process.stderr.write(`interrupted; ${goOnWith(words[0] as string, directory)}\n`);
    log.info({ exit: exitCode }, 'run ended');
    return exitCode;
  } finally {
    interrupt.stop();
  }
}

/** As it was typed; of a run that went on, what it was begun with too: `--resume` alone would not say what was played. */
function commandOf([name = '', ...words]: readonly string[], resumed: string | undefined): string {
  const typed = resumed === undefined ? process.argv.slice(2) : [name, `--resume=${resumed}`, ...words];
  return withoutSecrets(['testbed', ...typed]);
}

async function playCells(options: Playing, log: Logger): Promise<readonly FinishedCell[]> {
  const { cells, kept, inspected, page } = options;
  const line = createProgress(process.stderr);
  const isPlayed = (cell: Cell): boolean => !kept.has(cell) && inspected.problem(cell.stack) === null;
  const left = new TimeLeft(cells.map((cell) => (isPlayed(cell) ? estimatedMs(cell) : 0)));
  const rounds = Math.max(...cells.map(({ iteration }) => iteration));
  const finished = await runCells({
    ...options,
    watched: page !== null || process.stderr.isTTY === true,
    started(cell, number) {
      left.start(number, systemClock.now());
      line.cell(placeOf(cell, rounds), number, cells.length);
      page?.cell(placeOf(cell, rounds), number, cells.length);
    },
    progress(_, progress) {
      line.update(progress, left.at(systemClock.now()));
      page?.progress(progress);
    },
    finished({ cell, index, detail }) {
      // Others of its search may follow.
      if (!cell.scenario.endsOnceLost) left.end(systemClock.now());
      page?.finished(placeOf(cell, rounds), index.verdict);
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
