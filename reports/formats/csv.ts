import { eachRun } from './each-run.ts';
import { plainText } from './number-text.ts';
import type { Reporter } from './reporter.ts';
import { isMeant } from './row-text.ts';

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
  const lines = eachRun(result, options).flatMap(({ sheet, run: { cell, record }, numbers }) => {
    if (record === null) return [];
    const { scenario, parameters } = sheet;
    const values = Object.keys(parameters).length === 0 ? '' : JSON.stringify(parameters);
    const about = [scenario, values, cell.stack, cell.iteration, cell.seed];
    return numbers.flatMap(({ row, value }) => {
      if (value === undefined && !isMeant(row)) return [];
      const { metric, phase, aggregator, unit, pass } = row;
      const own = record.thresholds.find(
        (one) => one.metric === metric && one.phase === phase && one.aggregator === aggregator,
      );
      const judgement = [pass?.text ?? '', own?.verdict ?? ''];
      return [[...about, metric, phase ?? '', aggregator, unit, value ?? '', ...judgement]];
    });
  });
  return [head, ...lines].map((line) => `${line.map(field).join(',')}\r\n`).join('');
};

/** Quoted where it has to be; a text that a spreadsheet would take for a formula is marked as text. */
function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const plain = plainText(value);
  const text = /^[=+\-@]/.test(plain) ? `'${plain}` : plain;
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
