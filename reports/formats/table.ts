import type { ResultSet } from '../result-set.ts';
import { withoutProbes } from '../search/of-result.ts';
import { closingOf } from './closing.ts';
import { type Paint, painter } from './colour.ts';
import { type Heading, layColumns } from './columns.ts';
import { curveSentences } from './curve-text.ts';
import { foldParts, foldText } from './fold.ts';
import { gainsText } from './gains-text.ts';
import { gridText } from './grid.ts';
import { folderText, headOf } from './head.ts';
import { linesOf } from './lines.ts';
import { inMatrices, isMatrix, type Matrix } from './matrix.ts';
import { leftOutText, matrixRemarks, matrixText } from './matrix-text.ts';
import { plainText } from './number-text.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { searchesText } from './search-text.ts';
import { type Sheet, sheetsOf } from './sheet.ts';
import { inShortForm } from './short.ts';
import { weightsText } from './weights-text.ts';

/** Narrower terminals get lines that wrap. */
export const leastWidth = 80;

/**
 * The table that a run prints: a block for every scenario, its stacks side by side or, where it was played with several
 * values, a row for each of them; and a closing line. Of what nobody judged only a few numbers: `full` has all.
 */
export const table: Reporter = (result, options) => printed(result, options, false);

/** The same with every number of every cell. */
export const full: Reporter = (result, options) => printed(result, options, true);

/** How a result is printed. */
interface Page {
  readonly width: number;
  readonly paint: Paint;
  /** All rows, or the judged ones and a few. */
  readonly whole: boolean;
}

function printed(result: ResultSet, options: ReportOptions, whole: boolean): string {
  const { gains, weights = [], colour = false } = options;
  const width = Math.max(leastWidth, options.width ?? leastWidth);
  const page: Page = { width, paint: painter(colour), whole };
  const told = [
    ...inMatrices(sheetsOf(whole ? result : withoutProbes(result), options)).map((one) =>
      isMatrix(one) ? matrixBlock(one, result, page) : sheetText(one, result, page),
    ),
    curveSentences(result)
      .flatMap((text) => foldText(plainText(text), width, 2))
      .map((line) => `${line}\n`)
      .join(''),
    ...searchesText(result, width, page.paint),
    ...weights.map((parts) => weightsText(result, parts, width)),
    ...(gains === undefined ? [] : [gainsText(result, gains, width)]),
    closingText(result, options, width, page.paint),
  ];
  return told.filter((text) => text !== '').join('\n');
}

/** The last lines of a printed result: its verdicts at a glance, doubts, counts, and what it comes to. */
export function closingText(result: ResultSet, options: ReportOptions, width: number, paint: Paint): string {
  const { cells, wallTime, verdict, exit } = closingOf(result, options);
  const doubts = result.doubts.flatMap((doubt) => foldText(`DOUBT ${plainText(doubt)}`, width, 2));
  const facts = [cells, ...(wallTime === null ? [] : [wallTime]), folderText(result.directory)];
  const closing = [...doubts, ...foldParts(facts, width, '   '), `${paint(verdict)}, ${exit}`];
  const grid = gridText(result, width, paint);
  return `${grid}${grid === '' ? '' : '\n'}${closing.join('\n')}\n`;
}

/** In full also a table for each set of values; what is to be said of them stands once, below the matrix. */
function matrixBlock(matrix: Matrix, result: ResultSet, page: Page): string {
  const { width, paint, whole } = page;
  const remarks = remarkLines({ remarks: matrixRemarks(matrix) }, width, paint);
  const text = matrixText(matrix, result, width, paint, whole);
  const block = `${text}${remarks.length === 0 ? '' : `\n${remarks.join('\n')}\n`}`;
  const sheets = whole
    ? matrix.sheets.map((sheet) => sheetText({ ...sheet, remarks: [] }, result, page))
    : [];
  return [block, ...sheets].join('\n');
}

function sheetText(sheet: Sheet, result: ResultSet, { width, paint, whole }: Page): string {
  const short = whole ? { sheet, left: 0 } : inShortForm(sheet);
  const head = foldParts([plainText(sheet.scenario), ...headOf(sheet, result)], width, '   ').join('\n');
  const body = layColumns(headingsOf(sheet), linesOf(short.sheet), width, paint);
  const more = short.left === 0 ? '' : `${leftOutText(short.left)}\n`;
  const remarks = remarkLines(sheet, width, paint);
  return `${head}\n\n${body}${more}${remarks.length === 0 ? '' : `\n${remarks.join('\n')}\n`}`;
}

function headingsOf({ reference, columns }: Sheet): readonly Heading[] {
  const stacks = columns.map(({ stack, runs }) => ({
    lines: [plainText(stack), ...(runs.length > 1 ? [`median of ${runs.length}`] : [])],
    companion: false,
  }));
  return reference === null ? stacks : [{ lines: [plainText(reference.label)], companion: true }, ...stacks];
}

const notesShown = 8;

/** The sentences under a table; of many notes only the first. */
export function remarkLines(
  { remarks }: Pick<Sheet, 'remarks'>,
  width: number,
  paint: Paint,
): readonly string[] {
  const notes = remarks.filter(({ verdict }) => verdict === 'NOTE');
  const hidden = notes.length - notesShown;
  const shown = remarks.filter(({ verdict }) => verdict !== 'NOTE').concat(notes.slice(0, notesShown));
  const lines = shown.flatMap(({ verdict, where, text }) => {
    const [first = '', ...rest] = foldText(
      `${verdict} ${where.map(plainText).join(', ')}: ${text}`,
      width,
      2,
    );
    return [paint(verdict) + first.slice(verdict.length), ...rest];
  });
  return hidden > 0 ? [...lines, `NOTE ${hidden} more in the records`] : lines;
}
