import type { HistogramMetric } from '../record.ts';
import type { ResultSet } from '../result-set.ts';
import { compareMarkdown } from './compare-markdown.ts';
import { curvesMarkdown } from './curve-text.ts';
import { effectsOf } from './effects.ts';
import { gainsMarkdown } from './gains-text.ts';
import { gateMarkdown } from './gate.ts';
import { headOf } from './head.ts';
import { abortCell } from './lines.ts';
import { environmentText, openingText, remarksText } from './markdown-frame.ts';
import { code, inert, tableText } from './markdown-text.ts';
import { inMatrices, isMatrix, type Matrix, type MatrixNumber } from './matrix.ts';
import { cellWords, matrixHead, numberHeading, whatChanges } from './matrix-text.ts';
import { boundText, numberText, unmeasured } from './number-text.ts';
import type { Reporter } from './reporter.ts';
import { aggregatorText, rowNumber, thresholdText } from './row-text.ts';
import type { Row, RowCell } from './rows.ts';
import { searchesMarkdown } from './search-text.ts';
import { type Column, type Sheet, sheetsOf } from './sheet.ts';
import { weightsMarkdown } from './weights-text.ts';

/** The summary that a results folder keeps: the table, then sample counts, checks, findings and the machine; a comparison as one. */
export const markdown: Reporter = (result, options) =>
  result.index.kind === 'gate'
    ? gateMarkdown(result)
    : result.index.kind === 'compare'
      ? compareMarkdown(result, options)
      : runMarkdown(result, options);

const runMarkdown: Reporter = (result, options) =>
  [
    ...openingText('Testbed result', result, options),
    ...inMatrices(sheetsOf(result, options)).flatMap((one) =>
      isMatrix(one)
        ? [matrixText(one, result), ...one.sheets.map((sheet) => sheetText(sheet, result))]
        : [sheetText(one, result)],
    ),
    ...curvesMarkdown(result),
    ...searchesMarkdown(result),
    ...(options.weights ?? []).flatMap((parts) => weightsMarkdown(result, parts)),
    ...(options.gains === undefined ? [] : gainsMarkdown(result, options.gains)),
    environmentText(result),
  ].join('\n');

function sheetText(sheet: Sheet, result: ResultSet): string {
  const { scenario, sample, columns, remarks } = sheet;
  return [
    `## ${inert(scenario)}\n`,
    ...(sample === null || sample.description === '' ? [] : [`${inert(sample.description)}\n`]),
    `${headOf(sheet, result).slice(0, -1).map(inert).join(' - ')}\n`,
    numbersTable(sheet),
    ...(columns.some(hasHistograms) ? [`### Samples\n`, samplesTable(columns)] : []),
    ...remarksText(remarks),
  ].join('\n');
}

/** A row for each set of values, and what these change; the tables of each set follow. */
function matrixText(matrix: Matrix, result: ResultSet): string {
  const { scenario, parameters, numbers, rows } = matrix;
  const head = [
    ...parameters.map(code),
    'stack',
    ...numbers.map((number) =>
      inert(
        numberHeading(number)
          .filter((line) => line !== '')
          .join(' '),
      ),
    ),
    'verdict',
  ];
  const lines = rows.map(({ values, stack, cells, verdict }) => [
    ...values.map(inert),
    inert(stack),
    ...cells.map((cell, at) => cellWords(cell, numbers[at] as MatrixNumber)),
    `**${verdict}**`,
  ]);
  const effects = effectsOf(matrix).map((effect) => `- ${inert(effect)}\n`);
  return [
    `## ${inert(scenario)}: ${rows.length} rows\n`,
    `${matrixHead(matrix, result).slice(0, -1).map(inert).join(' - ')}\n`,
    tableText(head, lines),
    ...(effects.length === 0 ? [] : [`${whatChanges(matrix)}:\n`, effects.join('')]),
  ].join('\n');
}

function numbersTable({ reference, columns, judged, measured }: Sheet): string {
  const beside = (text: string): string[] => (reference === null ? [] : [text]);
  const stackHeads = columns.map(({ stack, runs }) =>
    runs.length > 1 ? `${inert(stack)}, median of ${runs.length} (min..max)` : inert(stack),
  );
  const head = [
    'metric',
    '',
    'unit',
    'pass',
    'healthy',
    ...beside(inert(reference?.label ?? '')),
    ...stackHeads,
  ];
  const rows = [...judged, ...measured].map((row) => [
    `${code(row.metric)}${row.phase === null ? '' : ` phase ${inert(row.phase)}`}`,
    aggregatorText(row.aggregator),
    row.unit,
    inert(row.pass === null ? '' : thresholdText(row)),
    inert(row.healthy.map((bound) => boundText(bound, row.unit)).join(', ')),
    ...beside(row.reference === null ? unmeasured : `${inert(row.reference.text)} ${row.reference.verdict}`),
    ...row.cells.map((cell, at) => cellText(cell, row, columns[at]?.runs.length ?? 1)),
  ]);
  const checks = columns.map(({ checks: summary }) =>
    summary === null ? unmeasured : `${summary.kept} of ${summary.of} ${summary.verdict}`,
  );
  const pad = ['', '', '', ''];
  const aborts = columns.map(abortCell);
  const abortTexts = aborts.map(({ value, verdict }) => `${value} ${verdict ?? ''}`.trim());
  return tableText(head, [
    ...rows,
    ...(aborts.some(({ verdict }) => verdict !== null)
      ? [['abort', ...pad, ...beside(unmeasured), ...abortTexts]]
      : []),
    ['checks', ...pad, ...beside(unmeasured), ...checks],
    [
      '**verdict**',
      ...pad,
      ...beside(reference?.verdict ?? ''),
      ...columns.map(({ verdict }) => `**${verdict}**`),
    ],
  ]);
}

function cellText({ spread, verdict }: RowCell, row: Row, runs: number): string {
  const words = [spread === null ? unmeasured : rowNumber(spread.median, row)];
  if (spread !== null && runs > 1) {
    const some = spread.count < runs ? `, ${spread.count} of ${runs}` : '';
    words.push(`(${rowNumber(spread.min, row)}..${rowNumber(spread.max, row)}${some})`);
  }
  if (verdict !== null) words.push(verdict);
  return words.join(' ');
}

const hasHistograms = ({ runs }: Column): boolean =>
  runs.some(({ record }) => Object.values(record?.metrics ?? {}).some((metric) => 'count' in metric));

const shownFields = ['count', 'avg', 'min', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;

/** Every histogram of every cell with its sample count, each phase for itself: what the numbers above rest on. */
function samplesTable(columns: readonly Column[]): string {
  const rows = columns.flatMap(({ stack, runs }) =>
    runs.flatMap(({ cell, record }) =>
      Object.entries(record?.metrics ?? {})
        .filter((entry): entry is [string, HistogramMetric] => 'count' in entry[1])
        .map(([name, metric]) => [
          code(name),
          inert(stack) + (runs.length > 1 ? ` #${cell.iteration}` : ''),
          ...shownFields.map((field) => {
            const value = metric[field];
            return value === undefined
              ? unmeasured
              : numberText(value, field === 'count' ? 'count' : metric.unit);
          }),
        ]),
    ),
  );
  return tableText(['histogram', 'stack', 'n', ...shownFields.slice(1)], rows);
}
