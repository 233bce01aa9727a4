import type { ResultSet } from '../result-set.ts';
import { type Paint, painter } from './colour.ts';
import { effectsOf } from './effects.ts';
import { foldParts, foldText } from './fold.ts';
import { headOf } from './head.ts';
import type { Matrix, MatrixCell, MatrixNumber, MatrixRow } from './matrix.ts';
import { boundText, numberText, plainText, unmeasured } from './number-text.ts';
import { placesOf } from './places.ts';
import type { Remark } from './remarks.ts';
import { aggregatorText } from './row-text.ts';

const gap = '  ';

/** A column as printed: its heading from the top down, and a text for each row. */
interface TextColumn {
  readonly heading: readonly string[];
  readonly cells: readonly TextCell[];
}

interface TextCell {
  readonly text: string;
  readonly painted: string;
}

/** The block of a scenario with several sets of values: head, a row for each set and stack, and what the values change. */
export function matrixText(
  matrix: Matrix,
  result: ResultSet,
  width: number,
  paint: Paint,
  whole: boolean,
): string {
  const head = foldParts([plainText(matrix.scenario), ...matrixHead(matrix, result)], width, '   ');
  const description = matrix.sheets.find(({ sample }) => sample !== null)?.sample?.description ?? '';
  const about = description === '' ? [] : foldText(plainText(description), width, 0);
  const effects = effectsOf(matrix).flatMap((effect) => foldText(plainText(effect), width, 2));
  const told = effects.length === 0 ? '' : `\n${whatChanges(matrix)}\n${effects.join('\n')}\n`;
  const rows = whole ? matrix.rows : firstRows(matrix.rows);
  const left = matrix.rows.length - rows.length;
  const more = left === 0 ? '' : `${leftOutText(left)}\n`;
  return `${[...head, ...about].join('\n')}\n\n${layMatrix({ ...matrix, rows }, width, paint)}${more}${told}`;
}

/** More rows than this are read by nobody. */
const mostRows = 30;

/** What passed gives way to what did not. */
function firstRows(rows: Matrix['rows']): Matrix['rows'] {
  if (rows.length <= mostRows) return rows;
  const others = rows.filter(({ verdict }) => verdict !== 'PASS').length;
  let room = Math.max(0, mostRows - others);
  return rows.filter(({ verdict }) => verdict !== 'PASS' || room-- > 0);
}

/** Where the rows are that a table leaves out. */
export function leftOutText(rows: number): string {
  return `(${rows} more ${rows === 1 ? 'row' : 'rows'}: --format full, or summary.md in the results)`;
}

/** What is the same in all of its sheets. */
export function matrixHead({ sheets }: Matrix, result: ResultSet): readonly string[] {
  const [first = [], ...others] = sheets.map((sheet) => headOf(sheet, result));
  return first.filter((fact) => others.every((facts) => facts.includes(fact)));
}

/** How far the sentences below it can be trusted. */
export function whatChanges({ sheets }: Matrix): string {
  const runs = Math.max(...sheets.flatMap(({ columns }) => columns.map((column) => column.runs.length)));
  return runs === 1
    ? 'What the values change (one run of each: how far runs lie apart is not known)'
    : `What the values change (medians of ${runs} runs)`;
}

/** At most this many cells are named one by one before a sentence. */
const named = 3;

/** Remarks whose many places are told together. */
export function matrixRemarks(matrix: Matrix): readonly Remark[] {
  return matrix.remarks.map((remark) => {
    const { where } = remark;
    return where.length <= named ? remark : { ...remark, where: placesOf(matrix, where) };
  });
}

/** What is wider than `width` becomes several blocks, each with the columns of the values again. */
function layMatrix(matrix: Matrix, width: number, paint: Paint): string {
  const { parameters, stacks, numbers, rows } = matrix;
  const words = (heading: string, of: (row: MatrixRow) => string): TextColumn => ({
    heading: [plainText(heading)],
    cells: rows.map((row) => plain(plainText(of(row)))),
  });
  const left = [
    ...parameters.map((name, at) => words(shortName(name, parameters), (row) => row.values[at] ?? '')),
    ...(stacks.length > 1 ? [words('stack', ({ stack }) => stack)] : []),
  ];
  const right = [
    ...numbers.map((number, at): TextColumn => {
      const cells = rows.map(({ cells: own }): TextCell => {
        const cell = own[at] as MatrixCell;
        return { text: cellWords(cell, number), painted: cellWords(cell, number, paint) };
      });
      return { heading: numberHeading(number), cells };
    }),
    { heading: ['verdict'], cells: rows.map(({ verdict }) => ({ text: verdict, painted: paint(verdict) })) },
  ];
  const room = width - widthOf(left);
  const blocks = right.reduce<TextColumn[][]>((laid, column) => {
    const last = laid.at(-1);
    if (last !== undefined && widthOf([...last, column]) + gap.length <= room) last.push(column);
    else laid.push([column]);
    return laid;
  }, []);
  return blocks.map((block) => layBlock([...left, ...block])).join('\n');
}

/** The last word of a field's name, where that says which it is. */
function shortName(name: string, all: readonly string[]): string {
  const last = (field: string): string => field.replace(/^.*\./, '');
  return all.filter((other) => last(other) === last(name)).length === 1 ? last(name) : name;
}

/** The name of a number, which one of it, and its limits; empty where there is none. */
export function numberHeading(number: MatrixNumber): readonly string[] {
  const { metric, phase, aggregator } = number;
  const lines = [
    metric,
    [aggregatorText(aggregator), ...(phase === null ? [] : [`phase ${plainText(phase)}`])].join(' ').trim(),
    ...limitLines(number),
  ];
  return lines;
}

/** Healthy limits are told where there are no others, as in any table; every line but the last ends with a comma. */
function limitLines({ pass, healthy, unit }: MatrixNumber): readonly string[] {
  const limits =
    pass.length > 0
      ? pass.map((bound) => boundText(bound, unit))
      : healthy.map((bound) => `healthy ${boundText(bound, unit)}`);
  return limits.map((limit, at) => (at < limits.length - 1 ? `${limit},` : limit));
}

/** A verdict is told beside a number only where it is no PASS. */
export function cellWords(
  { value, verdict }: MatrixCell,
  { unit, pass, healthy }: MatrixNumber,
  paint = painter(false),
): string {
  const text = value === null ? unmeasured : numberText(value, unit, [...pass, ...healthy]);
  return verdict === null || verdict === 'PASS' ? text : `${text} ${paint(verdict)}`;
}

const plain = (text: string): TextCell => ({ text, painted: text });

const columnWidth = ({ heading, cells }: TextColumn): number =>
  Math.max(0, ...heading.map((line) => line.length), ...cells.map(({ text }) => text.length));

const widthOf = (columns: readonly TextColumn[]): number =>
  columns.reduce((sum, column) => sum + columnWidth(column) + gap.length, -gap.length);

function layBlock(columns: readonly TextColumn[]): string {
  const widths = columns.map(columnWidth);
  const height = Math.max(...columns.map(({ heading }) => heading.filter((line) => line !== '').length));
  const line = (cells: readonly TextCell[]): string =>
    `${cells
      .map(({ text, painted }, at) => painted + ' '.repeat((widths[at] ?? 0) - text.length))
      .join(gap)
      .trimEnd()}\n`;
  const heads = Array.from({ length: height }, (_, at) =>
    line(columns.map(({ heading }) => plain(heading.filter((text) => text !== '')[at] ?? ''))),
  );
  const body = (columns[0]?.cells ?? []).map((_, at) =>
    line(columns.map(({ cells }) => cells[at] ?? plain(''))),
  );
  return [...heads, ...body].join('');
}
