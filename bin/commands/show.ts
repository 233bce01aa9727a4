import type { FormatName } from '../../reports/formats/table-of-formats.ts';
import { readResult } from '../../reports/read-result.ts';
import type { FailOn } from '../../reports/verdict.ts';
import type { Command } from '../command.ts';
import { exitCodeOfResult } from '../exit-code.ts';
import { failOnFlag, formatFlag, printResult } from '../print-result.ts';

export const show: Command = {
  name: 'show',
  usage: 'RESULT',
  what: 'Prints the results of an earlier run again, in any format. The exit code follows from the verdicts, as a run has it.',
  positional: { least: 1, most: 1 },
  flags: [formatFlag, failOnFlag],
  examples: [
    ['testbed show results/2026-11-24T09-12-07-seed', 'the table of that run'],
    ['testbed show results/2026-11-24T09-12-07-seed --format markdown', 'the same for a pull request'],
  ],
  async run(flags) {
    const result = await readResult(flags.positional[0] as string);
    const failOn = (flags.text('fail-on') ?? 'fail') as FailOn;
    const exitCode = exitCodeOfResult(result, failOn);
    printResult(result, flags.list('format') as FormatName[], { failOn, exitCode });
    return exitCode;
  },
};
