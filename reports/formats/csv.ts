import { plainText } from './number-text.ts';
import type { Reporter } from './reporter.ts';
import { isMeant } from './row-text.ts';
import { shownOf } from './rows.ts';
import { sheetsOf } from './sheet.ts';

const head = [
  'scenario',
  'parameters',
  'stack',
  'iteration',
  'seed',
  'metric',
  'phase',
  'aggregator',
  'unit',
  'value',
  'bound',
  'verdict',
];

/** Every number of every run in a line of its own (RFC 4180), in full: for a spreadsheet, or whatever reads tables. */
export const csv: Reporter = (result, options) => {
  const lines = sheetsOf(result, options).flatMap(({ scenario, parameters, columns, judged, measured }) =>
    columns.flatMap(({ stack, runs }) =>
      runs.flatMap(({ cell, record }) => {
        if (record === null) return [];
        const values = Object.keys(parameters).length === 0 ? '' : JSON.stringify(parameters);
        const about = [scenario, values, stack, cell.iteration, cell.seed];
        return [...judged, ...measured].flatMap((row) => {
          const { metric, phase, aggregator, unit, pass } = row;
          const found = record.metrics[phase === null ? metric : `${metric}{phase:${phase}}`];
          const value = found === undefined ? undefined : shownOf(found, aggregator);
          const own = record.thresholds.find(
            (one) => one.metric === metric && one.phase === phase && one.aggregator === aggregator,
          );
          if (value === undefined && !isMeant(row)) return [];
          const judgement = [pass?.text ?? '', own?.verdict ?? ''];
          return [[...about, metric, phase ?? '', aggregator, unit, value ?? '', ...judgement]];
        });
      }),
    ),
  );
  return [head, ...lines].map((line) => `${line.map(field).join(',')}\r\n`).join('');
};

/** Quoted where it has to be; a text that a spreadsheet would take for a formula is marked as text. */
function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const plain = plainText(value);
  const text = /^[=+\-@]/.test(plain) ? `'${plain}` : plain;
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
