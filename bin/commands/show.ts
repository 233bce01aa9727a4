import { type FormatName, formats } from '../../reports/formats/table-of-formats.ts';
import { readResult } from '../../reports/read-result.ts';
import { cellVerdicts } from '../../reports/result-set.ts';
import { exitCodeOf } from '../../reports/verdict.ts';
import type { Command } from '../command.ts';
import { printResult } from '../print-result.ts';

export const show: Command = {
  name: 'show',
  usage: 'RESULT',
  what: 'Prints the results of an earlier run again, in any format. The exit code is what the run would have given.',
  positional: { least: 1, most: 1 },
  flags: [
    {
      name: 'format',
      value: 'NAME',
      list: true,
      allowed: Object.keys(formats),
      what: 'what is printed; default table',
    },
  ],
  examples: [
    ['testbed show results/2026-11-24T09-12-07-seed', 'the table of that run'],
    ['testbed show results/2026-11-24T09-12-07-seed --format markdown', 'the same for a pull request'],
  ],
  async run(flags) {
    const result = await readResult(flags.positional[0] as string);
    printResult(result, flags.list('format') as FormatName[], {});
    return exitCodeOf(cellVerdicts(result), 'fail');
  },
};
