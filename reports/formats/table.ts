import type { ResultSet } from '../result-set.ts';
import { closingOf } from './closing.ts';
import { type Paint, painter } from './colour.ts';
import { type Heading, type Line, type LineCell, layColumns } from './columns.ts';
import { foldParts, foldText } from './fold.ts';
import { folderText, headOf } from './head.ts';
import { boundText, numberText, plainText, unmeasured } from './number-text.ts';
import type { Reporter } from './reporter.ts';
import type { Row, RowCell } from './rows.ts';
import { type Sheet, sheetsOf } from './sheet.ts';

const leastWidth = 80;

/** The table that a run prints: a block for every scenario, its stacks side by side, and a closing line. */
export const table: Reporter = (result, options) => {
  const width = Math.max(leastWidth, options.width ?? leastWidth);
  const paint = painter(options.colour ?? false);
  const sheets = sheetsOf(result, options).map((sheet) => sheetText(sheet, result, width, paint));
  const { cells, wallTime, verdict, exit } = closingOf(result, options);
  const doubts = result.doubts.flatMap((doubt) => foldText(`DOUBT  ${plainText(doubt)}`, width, 2));
  const facts = [cells, ...(wallTime === null ? [] : [wallTime]), folderText(result.directory)];
  const closing = [...doubts, ...foldParts(facts, width, '   '), `${paint(verdict)}, ${exit}`];
  return `${[...sheets, `${closing.join('\n')}\n`].join('\n')}`;
};

function sheetText(sheet: Sheet, result: ResultSet, width: number, paint: Paint): string {
  const head = foldParts([plainText(sheet.scenario), ...headOf(sheet, result)], width, '   ').join('\n');
  const body = layColumns(headingsOf(sheet), linesOf(sheet), width, paint);
  const remarks = remarkLines(sheet, width, paint);
  return `${head}\n\n${body}${remarks.length === 0 ? '' : `\n${remarks.join('\n')}\n`}`;
}

function headingsOf({ reference, columns }: Sheet): readonly Heading[] {
  const stacks = columns.map(({ stack, runs }) => ({
    lines: [plainText(stack), ...(runs.length > 1 ? [`median of ${runs.length}`] : [])],
    companion: false,
  }));
  return reference === null ? stacks : [{ lines: [plainText(reference.label)], companion: true }, ...stacks];
}

function linesOf(sheet: Sheet): readonly Line[] {
  const { reference, columns, judged, measured } = sheet;
  const beside = (cell: LineCell): LineCell[] => (reference === null ? [] : [cell]);
  const checks = columns.map(({ checks: summary }): LineCell => {
    if (summary === null) return { value: unmeasured, verdict: null };
    return { value: `${summary.kept} of ${summary.of}`, verdict: summary.verdict };
  });
  const verdict = columns.map((column): LineCell => ({ value: '', verdict: column.verdict }));
  const blank = (label: string) => ({ group: label, label, aggregator: '', threshold: '' });
  return [
    ...rowLines(judged, sheet),
    ...rowLines(measured, sheet),
    { ...blank('checks'), cells: [...beside({ value: unmeasured, verdict: null }), ...checks] },
    {
      ...blank('verdict'),
      cells: [...beside({ value: '', verdict: reference?.verdict ?? null }), ...verdict],
    },
  ];
}

const longestLabel = 26;

/** A metric's name stands on its first row, and so does a phase's; what is too long for the column has its own line. */
function rowLines(rows: readonly Row[], sheet: Sheet): readonly Line[] {
  return rows.flatMap((row, index) => {
    const before = rows[index - 1];
    const sameMetric = before?.metric === row.metric;
    const samePhase = sameMetric && before.phase === row.phase;
    const names = [
      ...(sameMetric ? [] : [row.metric]),
      ...(samePhase || row.phase === null ? [] : [`  phase ${plainText(row.phase)}`]),
    ];
    const last = names.at(-1) ?? '';
    const label = last.length > longestLabel ? '' : last;
    const above = label === '' ? names : names.slice(0, -1);
    return [...above.map((name) => bare(name, row.metric)), ...numberLines(row, label, sheet)];
  });
}

const bare = (label: string, group: string): Line => ({
  group,
  label,
  aggregator: '',
  threshold: '',
  cells: [],
});

/** The row itself and, where a stack ran more than once, how far its iterations lie apart. */
function numberLines(row: Row, label: string, { reference, columns }: Sheet): readonly Line[] {
  const beside: LineCell[] =
    reference === null
      ? []
      : [{ value: row.reference?.text ?? unmeasured, verdict: row.reference?.verdict ?? null }];
  const line: Line = {
    group: row.metric,
    label,
    aggregator: aggregatorText(row.aggregator),
    threshold: thresholdText(row),
    cells: [...beside, ...row.cells.map((cell) => valueCell(cell, row))],
  };
  if (columns.every(({ runs }) => runs.length === 1)) return [line];
  const silence = beside.map(() => ({ value: '', verdict: null }));
  const spreads = row.cells.map((cell, at) => spreadCell(cell, row, columns[at]?.runs.length ?? 1));
  return [
    line,
    { group: row.metric, label: '', aggregator: '', threshold: 'min..max', cells: [...silence, ...spreads] },
  ];
}

/** `p99`, `avg`, `n`; nothing where there is only a value. */
export function aggregatorText(aggregator: string): string {
  if (aggregator === 'value') return '';
  return aggregator === 'count' ? 'n' : aggregator.replace(/^p\((.+)\)$/, 'p$1');
}

/** The limit as judged. A row with only a healthy limit says so. */
export function thresholdText({ pass, healthy, unit }: Row): string {
  if (pass !== null) return boundText(pass, unit);
  return healthy.map((bound) => `healthy ${boundText(bound, unit)}`).join(', ');
}

function valueCell({ spread, verdict }: RowCell, row: Row): LineCell {
  return { value: spread === null ? unmeasured : rowNumber(spread.median, row), verdict };
}

function spreadCell({ spread }: RowCell, row: Row, runs: number): LineCell {
  if (spread === null || runs === 1) return { value: '', verdict: null };
  const some = spread.count < runs ? ` of ${spread.count}` : '';
  return { value: `${rowNumber(spread.min, row)}..${rowNumber(spread.max, row)}${some}`, verdict: null };
}

/** A number of a row, never on another side of its limits than the one it was judged on. */
export function rowNumber(value: number, { aggregator, unit, pass, healthy }: Row): string {
  const limits = pass === null ? healthy : [pass, ...healthy];
  return numberText(value, aggregator === 'count' ? 'count' : unit, limits);
}

const notesShown = 8;

function remarkLines({ remarks }: Sheet, width: number, paint: Paint): readonly string[] {
  const notes = remarks.filter(({ verdict }) => verdict === 'NOTE');
  const hidden = notes.length - notesShown;
  const shown = remarks.filter(({ verdict }) => verdict !== 'NOTE').concat(notes.slice(0, notesShown));
  const lines = shown.flatMap(({ verdict, where, text }) => {
    const [first = '', ...rest] = foldText(
      `${verdict}  ${where.map(plainText).join(', ')}: ${text}`,
      width,
      2,
    );
    return [paint(verdict) + first.slice(verdict.length), ...rest];
  });
  return hidden > 0 ? [...lines, `NOTE  ${hidden} more in the records`] : lines;
}
