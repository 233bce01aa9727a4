import type { ResultSet } from '../result-set.ts';
import { painter } from './colour.ts';
import { type Heading, type Line, layColumns } from './columns.ts';
import { foldText } from './fold.ts';
import { inert, listText, tableText } from './markdown-text.ts';
import { numberText, plainText, unmeasured } from './number-text.ts';
import {
  type Weight,
  type WeightRow,
  type Weights,
  type WeightTable,
  weightFindings,
  weightsOf,
} from './weights.ts';

/** Beside a weight whose interval contains 0. */
const notTold = '~';
const legend = `[a b]: exact interval of at least 95 % over the pairs of cells; ${notTold} not told apart from 0. "seed report": as written there, not measured here.`;

/** The table of what each part weighs; empty for a result that has nothing of it. */
export function weightsText(result: ResultSet, table: WeightTable, width: number): string {
  const weights = weightsOf(result, table);
  if (weights === null) return '';
  const headings: readonly Heading[] = [
    'seed report',
    ...weights.sizes.map((size) => sizeText(table, size)),
  ].map((heading) => ({ lines: [heading], companion: false }));
  const body = layColumns(headings, linesOf(weights), width, painter(false), '');
  const notes = [legend, ...weightFindings(table, weights)];
  return [
    `${foldText(plainText(table.title), width, 0).join('\n')}\n`,
    body,
    `${notes.flatMap((note) => foldText(plainText(note), width, 2)).join('\n')}\n`,
  ].join('\n');
}

const sizeText = ({ noun }: WeightTable, size: number): string => `${size} ${noun}`;

function linesOf(weights: Weights): readonly Line[] {
  return allRows(weights).flatMap(({ name, seed, cells }): readonly Line[] => {
    const line = (label: string, values: readonly string[]): Line => ({
      group: name,
      label,
      aggregator: '',
      threshold: '',
      cells: values.map((value) => ({ value, verdict: null })),
      optional: label === '',
    });
    return [
      line(name, [seed ?? '', ...cells.map(valueText)]),
      line('', ['', ...cells.map((cell) => intervalText(cell))]),
    ];
  });
}

const allRows = ({ rows, total }: Weights): readonly WeightRow[] =>
  total === null ? rows : [...rows, total];

function valueText(weight: Weight | null): string {
  return weight === null ? unmeasured : `${numberText(weight.value, 'kB')}${weight.told ? '' : notTold}`;
}

function intervalText(weight: Weight | null): string {
  const interval = weight?.interval ?? null;
  return interval === null ? '' : `[${numberText(interval.low, 'kB')} ${numberText(interval.high, 'kB')}]`;
}

/** The same for a summary. */
export function weightsMarkdown(result: ResultSet, table: WeightTable): readonly string[] {
  const weights = weightsOf(result, table);
  if (weights === null) return [];
  const rows = allRows(weights).map(({ name, seed, cells }) => [
    inert(name),
    inert(seed ?? ''),
    ...cells.map((cell) => inert(`${valueText(cell)} ${intervalText(cell)}`.trim())),
  ]);
  return [
    `## ${inert(table.title)}\n`,
    tableText(['', 'seed report', ...weights.sizes.map((size) => sizeText(table, size))], rows),
    listText([legend, ...weightFindings(table, weights)].map(inert)),
  ];
}
