import { join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { Quarterly } from '../../reports/quarterly/document.ts';
import { evidenceOf } from '../../reports/quarterly/evidence.ts';
import { loadTestsOf } from '../../reports/quarterly/load-tests.ts';
import { quarterlyHtml, quarterlyPrint } from '../../reports/quarterly/quarterly-html.ts';
import { quarterlyMarkdown } from '../../reports/quarterly/quarterly-markdown.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { exitCodeOf, type FailOn } from '../../reports/verdict.ts';
import { planCells } from '../../scenarios/run/plan-cells.ts';
import type { Flags } from '../command.ts';
import { exitCodeOfResult } from '../exit-code.ts';
import { wholeNumber } from '../flags.ts';
import { inspectStacks } from '../modules/inspected.ts';
import { play } from '../play.ts';
import { historyOf } from './history-of.ts';
import { quarterlySelection } from './measured.ts';
import { parseQuarter, quarterOf } from './quarter.ts';
import { reportOf } from './report-of.ts';
import { inBrief, readResults } from './result-file.ts';
import { writeInto } from './write-into.ts';

/** What the report can be printed as. */
export const quarterlyFormats: { readonly [name: string]: (report: Quarterly) => string } = {
  markdown: quarterlyMarkdown,
  html: quarterlyHtml,
  print: quarterlyPrint,
};

/** `report quarterly`: resolves to the exit code, which follows from the verdicts as that of every report does. */
export async function quarterlyReport(flags: Flags): Promise<number> {
  const { positional } = flags;
  const quarter = flags.has('quarter')
    ? parseQuarter(flags.text('quarter') as string)
    : quarterOf(systemClock.now());
  const formats = flags.list('format');
  const unknown = formats.find((format) => !Object.hasOwn(quarterlyFormats, format));
  if (unknown !== undefined) {
    const allowed = Object.keys(quarterlyFormats).join(', ');
    throw wrong(`--format ${unknown}: the quarterly report is not made as that (allowed: ${allowed})`);
  }
  if (flags.has('into') && formats.length > 0) throw wrong('--into writes all formats: it takes no --format');
  if (flags.has('run')) {
    if (positional.length > 1) throw wrong('--run makes results of its own: it takes none');
    return measured(flags, quarter);
  }
  // What follows the value of --from is more of it: --from A B.
  const folders = [...flags.list('from'), ...positional.slice(1)];
  const results = (await Promise.all(folders.map(readResults))).flat();
  await print(flags, quarter, results, `--from ${folders.join(' ')}`);
  const failOn = (flags.text('fail-on') ?? 'fail') as FailOn;
  const codes = results.map((result) => exitCodeOfResult(result, failOn));
  return codes.includes(1) ? 1 : codes.includes(2) ? 2 : exitCodeOf(['PASS'], failOn);
}

async function measured(given: Flags, quarter: string): Promise<number> {
  const profile = given.text('profile') === 'full' ? 'full' : 'quick';
  const flags: Flags = { ...given, text: (flag) => (flag === 'profile' ? profile : given.text(flag)) };
  const selected = quarterlySelection(profile, process.env);
  const seed = wholeNumber(flags, 'seed', 0, Number.MAX_SAFE_INTEGER - 1000, 1);
  return play(flags, {
    cells: planCells(selected, 1, seed),
    label: `quarterly-${quarter}`,
    seed,
    words: ['report quarterly --run'],
    inspected: await inspectStacks(selected),
    stacksNamed: false,
    print: (result) => print(flags, quarter, [result], `--from ${result.directory}`),
  });
}

async function print(flags: Flags, quarter: string, full: readonly ResultSet[], from: string): Promise<void> {
  const results = full.map(inBrief);
  // Of load tests trends can be told; what was made to go wrong, or varied, is of a shape of its own.
  const tests = loadTestsOf(evidenceOf(results)).map(({ cell }) => cell.scenario);
  const history = await historyOf(flags, quarter, [...new Set(tests)]);
  const report = reportOf(results, { quarter, from, history });
  const folder = flags.text('into');
  if (folder !== undefined) {
    for (const file of await writeInto(folder, quarter, report, results))
      process.stdout.write(`${join(folder, file)}\n`);
    return;
  }
  const formats = flags.list('format');
  for (const format of formats.length === 0 ? ['markdown'] : formats)
    process.stdout.write((quarterlyFormats[format] as (report: Quarterly) => string)(report));
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
