import { join } from 'node:path';
import { isPath } from '../config/library.ts';
import { systemClock } from '../core/clock.ts';
import { TestbedError } from '../core/error.ts';
import type { ReportOptions } from '../reports/formats/reporter.ts';
import { formats } from '../reports/formats/table-of-formats.ts';
import { readResult } from '../reports/read-result.ts';
import { type ResultIndex, schemaVersion } from '../reports/record.ts';
import type { ResultSet } from '../reports/result-set.ts';
import { judgedVerdicts } from '../reports/search/of-result.ts';
import { type FailOn, worst } from '../reports/verdict.ts';
import { writeWhole } from '../reports/whole-file.ts';
import { writeIndex } from '../reports/write-result.ts';
import type { Cell } from '../scenarios/scenario.ts';
import { explain, isRecordError, isSystemError } from './error-text.ts';
import { exitCodeOfResult } from './exit-code.ts';
import { seedOptions } from './print-result.ts';
import { readRecordOf } from './read-record.ts';
import type { FinishedCell } from './run-cells.ts';
import { variedIn } from './search/in-index.ts';
import { version } from './version.ts';

export interface PlayedRun {
  readonly directory: string;
  readonly startedAt: string;
  readonly startedMs: number;
  /** The command line that it came of, without passwords. */
  readonly command: string;
  readonly seed: number;
  readonly profile: string;
  /** What the index says the cells were played for; absent for each for itself. */
  readonly purpose?: Pick<ResultIndex, 'kind' | 'reference' | 'gate'> | undefined;
  /** What was to be played: of a search not its probes but itself. */
  readonly planned: readonly Cell[];
  readonly finished: readonly FinishedCell[];
  readonly interrupted: boolean;
}

/** Prints a whole result, and says how it ended. */
export type PrintWhole = (result: ResultSet, how: ReportOptions) => void | Promise<void>;

/**
 * Writes the index, which makes the folder complete, and reads the whole folder back: the summary and what is printed
 * say what the files say. Resolves to the exit code; rejects with CORRUPT when the folder cannot be completed, which is
 * the disk's fault or ours, never bad input.
 */
export async function finishRun(
  run: PlayedRun,
  level: string | undefined,
  print: PrintWhole,
): Promise<number> {
  const { directory, startedMs } = run;
  const failOn = (level ?? 'fail') as FailOn;
  try {
    await writeIndex(directory, await indexOf(run));
    const result = await readResult(directory);
    const exitCode = exitCodeFor(run, result, failOn);
    const options = { wallMs: systemClock.now() - startedMs, failOn, exitCode };
    const summary = formats.markdown(result, { ...seedOptions(), ...options });
    await writeWhole(join(directory, 'summary.md'), summary);
    await print(result, options);
    return exitCode;
  } catch (error) {
    if (!isSystemError(error) && !isRecordError(error)) throw error;
    const { text } = explain(error);
    throw new TestbedError('CORRUPT', `the results in ${directory} are incomplete: ${text}`, {
      cause: error,
    });
  }
}

async function indexOf(run: PlayedRun): Promise<ResultIndex> {
  const { directory, startedAt, command, seed, profile, purpose, planned, finished } = run;
  const cells = finished.map(({ index }) => index);
  const isVaried = planned.some(
    ({ scenario }) => scenario.search !== undefined || scenario.swept !== undefined,
  );
  const records = isVaried ? await Promise.all(finished.map((cell) => readRecordOf(cell, directory))) : [];
  const varied = variedIn(planned, cells, records);
  return {
    schemaVersion,
    testbed: version(),
    command,
    seed,
    startedAt,
    verdict: worst(judgedVerdicts({ index: { cells, ...varied }, records })),
    profile,
    ...sourcesOf(finished),
    ...purpose,
    ...gatesOf(planned),
    ...varied,
    cells,
  };
}

/** Of scenarios that are somebody's files: what a build server shows beside their lines. */
function sourcesOf(finished: readonly FinishedCell[]): Pick<ResultIndex, 'sources'> {
  const files = finished
    .map(({ cell: { scenario } }) => [scenario.name, scenario.source] as const)
    .filter(([, source]) => isPath(source));
  return files.length === 0 ? {} : { sources: Object.fromEntries(files) };
}

function gatesOf(planned: readonly Cell[]): Pick<ResultIndex, 'gates'> {
  const gates = planned.flatMap(({ scenario: { name, gate } }) =>
    gate === undefined ? [] : [[name, gate] as const],
  );
  return gates.length === 0 ? {} : { gates: Object.fromEntries(gates) };
}

function exitCodeFor({ finished, interrupted }: PlayedRun, result: ResultSet, failOn: FailOn): number {
  if (interrupted) return 130;
  const code = exitCodeOfResult(result, failOn);
  return code !== 1 && finished.some(({ couldNotRun }) => couldNotRun) ? 4 : code;
}
