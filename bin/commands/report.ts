import { basename, resolve } from 'node:path';
import { TestbedError } from '../../core/error.ts';
import type { FormatName } from '../../reports/formats/table-of-formats.ts';
import { readResult } from '../../reports/read-result.ts';
import { type NamedResult, sideBySide } from '../../reports/side-by-side.ts';
import type { FailOn } from '../../reports/verdict.ts';
import type { Command } from '../command.ts';
import { exitCodeOfResult } from '../exit-code.ts';
import { failOnFlag, formatFlag, printResult } from '../print-result.ts';
import { quarterlyFlags, refuseStrays } from '../quarterly/flags.ts';

export const report: Command = {
  name: 'report',
  usage: 'RESULT... | quarterly [--from RESULT... | --run]',
  what: 'Writes a report of one result, or of several side by side, or the quarterly report of all of them, from their records alone. The exit code follows from the verdicts, as a run has it.',
  positional: { least: 1, most: 20 },
  flags: [
    {
      ...formatFlag,
      allowed: [...(formatFlag.allowed ?? []), 'print'],
      what: 'what is written; default html, of quarterly markdown; print is quarterly, for paper',
    },
    failOnFlag,
    ...quarterlyFlags,
  ],
  examples: [
    ['testbed report results/2026-11-24T09-12-07-seed', 'a page in one file, to stdout'],
    ['testbed report results/2026-11-24T09-12-07-seed --format csv', 'every number of every run'],
    [
      'testbed report quarterly --from results/2026-11-24T09-12-07-seed --quarter 2026-Q4',
      'the quarterly report, from what was measured already',
    ],
    ['testbed report quarterly --run --plan', 'what it would measure, and how long that takes'],
  ],
  async run(flags) {
    const isQuarterly = flags.positional[0] === 'quarterly';
    refuseStrays(flags, isQuarterly);
    if (isQuarterly) return (await import('../quarterly/quarterly-report.ts')).quarterlyReport(flags);
    if (flags.list('format').includes('print'))
      throw new TestbedError('INVALID_CONFIG', '--format print is of the quarterly report');
    const [first, ...others] = await Promise.all(flags.positional.map(named));
    const result = sideBySide([first as NamedResult, ...others]);
    const failOn = (flags.text('fail-on') ?? 'fail') as FailOn;
    const exitCode = exitCodeOfResult(result, failOn);
    const asked = flags.list('format') as FormatName[];
    printResult(result, asked.length === 0 ? ['html'] : asked, { failOn, exitCode });
    return exitCode;
  },
};

async function named(directory: string): Promise<NamedResult> {
  return { name: basename(resolve(directory)), result: await readResult(directory) };
}
