import type { Verdict } from '../record.ts';
import type { Paint } from './colour.ts';
import { cut } from './fold.ts';

/** A line of a table: what it is about, at the left, and one cell under every heading. */
export interface Line {
  /** Lines of one group belong together: a companion's block shows all of them or none. */
  readonly group: string;
  readonly label: string;
  readonly aggregator: string;
  readonly threshold: string;
  readonly cells: readonly LineCell[];
  /** Left out of a block in which it has nothing to say. */
  readonly optional?: boolean;
}

export interface LineCell {
  readonly value: string;
  readonly verdict: Verdict | null;
}

/** A column of cells, with its heading above it. */
export interface Heading {
  /** One entry a line. */
  readonly lines: readonly string[];
  /** Meant to stand beside others: a block that has no other column leaves out the groups on which it is silent. */
  readonly companion: boolean;
}

interface Measured {
  readonly heading: readonly string[];
  readonly companion: boolean;
  readonly at: number;
  readonly valueWidth: number;
  readonly width: number;
}

const gap = '  ';
const maxHeading = 24;

/**
 * Lays lines out in columns. What is wider than `width` becomes several blocks, each with the left columns again;
 * nothing is ever cut off, so that a single column that does not fit makes its lines longer instead. Lines without
 * thresholds have no column for them when its heading is empty.
 */
export function layColumns(
  headings: readonly Heading[],
  lines: readonly Line[],
  width: number,
  paint: Paint,
  thresholdHeading = 'threshold',
): string {
  const left = leftOf(lines, thresholdHeading);
  const measured = headings.map((heading, at) => measure(heading, at, lines));
  const blocks = blocksOf(measured, width - left.width);
  return blocks.map((block) => layBlock(block, lines, left, paint)).join('\n');
}

interface Left {
  readonly label: number;
  /** 0 of this and of the next: no line has one, and there is no such column. */
  readonly aggregator: number;
  readonly threshold: number;
  readonly thresholdHeading: string;
  readonly width: number;
}

/** A line without cells is a name too long for its column, and does not widen it. */
function leftOf(lines: readonly Line[], thresholdHeading: string): Left {
  const longest = (pick: (line: Line) => string, least: number): number =>
    Math.max(least, ...lines.filter(({ cells }) => cells.length > 0).map((line) => pick(line).length));
  const label = longest((line) => line.label, 7);
  const aggregator = longest((line) => line.aggregator, 0);
  const threshold = longest((line) => line.threshold, thresholdHeading.length);
  const beside = [aggregator, threshold].filter((column) => column > 0);
  const width = beside.reduce((sum, column) => sum + gap.length + column, label);
  return { label, aggregator, threshold, thresholdHeading, width };
}

function measure({ lines: heading, companion }: Heading, at: number, lines: readonly Line[]): Measured {
  const cells = lines.flatMap((line) => line.cells[at] ?? []);
  const pairs = cells.filter(({ value, verdict }) => value !== '' && verdict !== null);
  const valueWidth = Math.max(0, ...pairs.map(({ value }) => value.length));
  const content = Math.max(0, ...cells.map((cell) => lengthOf(cell, valueWidth)));
  const folded = heading.flatMap((line) => cut(line, Math.max(maxHeading, content)));
  const width = Math.max(content, ...folded.map((line) => line.length));
  return { heading: folded, companion, at, valueWidth, width };
}

/** A value and its verdict stand in two columns of their own; either of them alone has the whole width. */
function lengthOf({ value, verdict }: LineCell, valueWidth: number): number {
  if (verdict === null) return value.length;
  return value === '' ? verdict.length : valueWidth + gap.length + verdict.length;
}

function blocksOf(columns: readonly Measured[], room: number): readonly (readonly Measured[])[] {
  const blocks: Measured[][] = [];
  let used = 0;
  for (const column of columns) {
    const block = blocks.at(-1);
    const needed = gap.length + column.width;
    if (block !== undefined && used + needed <= room) {
      block.push(column);
      used += needed;
    } else {
      blocks.push([column]);
      used = needed;
    }
  }
  return blocks;
}

function layBlock(block: readonly Measured[], lines: readonly Line[], left: Left, paint: Paint): string {
  const alone = block.every(({ companion }) => companion);
  const told = lines.filter(({ cells }) => block.some(({ at }) => isTold(cells[at])));
  const groups = new Set((alone ? told : lines).map(({ group }) => group));
  const shown = lines.filter(
    (line) => groups.has(line.group) && (line.optional !== true || told.includes(line)),
  );
  const height = Math.max(1, ...block.map(({ heading }) => heading.length));
  const head = Array.from({ length: height }, (_, row) => {
    const named = block.map(({ heading, width }) => (heading[row] ?? '').padEnd(width));
    const threshold = row === 0 ? left.thresholdHeading : '';
    return [leftText({ label: '', aggregator: '', threshold }, left), ...named];
  });
  const body = shown.map((line) => [
    leftText(line, left),
    ...block.map((column) => cellText(line.cells[column.at], column, paint)),
  ]);
  return [...head, ...body].map((parts) => `${parts.join(gap).trimEnd()}\n`).join('');
}

const isTold = (cell: LineCell | undefined): boolean =>
  cell !== undefined && (cell.verdict !== null || (cell.value !== '' && cell.value !== '-'));

function leftText(
  { label, aggregator, threshold }: Pick<Line, 'label' | 'aggregator' | 'threshold'>,
  left: Left,
): string {
  return [
    label.padEnd(left.label),
    ...(left.aggregator === 0 ? [] : [aggregator.padEnd(left.aggregator)]),
    ...(left.threshold === 0 ? [] : [threshold.padEnd(left.threshold)]),
  ].join(gap);
}

/** Padded by the length of the words, not of the colour codes. */
function cellText(cell: LineCell | undefined, { valueWidth, width }: Measured, paint: Paint): string {
  const { value, verdict } = cell ?? { value: '', verdict: null };
  if (verdict === null) return value.padEnd(width);
  const before = value === '' ? '' : `${value.padEnd(valueWidth)}${gap}`;
  return before + paint(verdict) + ' '.repeat(width - before.length - verdict.length);
}
