import { loadComponents, loadPhases } from '../config/expectations.ts';
import { loadSeed } from '../config/seed.ts';
import type { Reference, ReportOptions } from '../reports/formats/reporter.ts';
import { type FormatName, formats } from '../reports/formats/table-of-formats.ts';
import type { ResultSet } from '../reports/result-set.ts';
import { judgeSeedRow } from '../reports/seed.ts';
import { failOnLevels, worst } from '../reports/verdict.ts';
import type { Flag } from './command.ts';

export const formatFlag: Flag = {
  name: 'format',
  value: 'NAME',
  list: true,
  allowed: Object.keys(formats),
  what: 'what is printed; default table, and compare for a comparison',
};

export const failOnFlag: Flag = {
  name: 'fail-on',
  value: 'WHAT',
  allowed: failOnLevels,
  what: 'what else counts as FAIL, each with those before it; default fail',
};

/** Prints a result in the formats asked for (when none was, as what it is), fitted to the terminal where there is one. */
export function printResult(result: ResultSet, names: readonly FormatName[], options: ReportOptions): void {
  const shown: readonly FormatName[] = names.length === 0 ? [result.index.kind ?? 'table'] : names;
  const output = process.stdout;
  for (const name of shown) {
    const text = formats[name](result, {
      colour: wantsColour(),
      width: output.columns ?? 120,
      ...seedOptions(),
      ...options,
    });
    output.write(text.endsWith('\n') ? text : `${text}\n`);
  }
}

/** NO_COLOR and FORCE_COLOR are the customs of the terminal; words say the same without. */
export function wantsColour(): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true;
  return process.stdout.isTTY === true;
}

/** What the seed report recorded, estimated and expected, for every report to print beside ours. */
export function seedOptions(): Pick<ReportOptions, 'reference' | 'gains' | 'weights'> {
  return { reference: seedReference(), gains: loadPhases(), weights: loadComponents() };
}

/** What it recorded, judged by the same rules: the column beside ours. */
function seedReference(): { readonly [scenario: string]: Reference } {
  const entries = loadSeed().scenarios.map(({ scenario, rows }): [string, Reference] => {
    const judged = rows.map((row) => ({ row, verdict: judgeSeedRow(row) }));
    const metrics = Object.fromEntries(
      judged.map(({ row, verdict }) => [
        row.metric,
        { aggregator: row.aggregator, text: row.asWritten.replace(/(ms|MB|%)$/, ''), verdict },
      ]),
    );
    return [
      scenario,
      { label: 'seed report 2.0', metrics, verdict: worst(judged.map(({ verdict }) => verdict)) },
    ];
  });
  return Object.fromEntries(entries);
}
