import type { ResultSet } from '../result-set.ts';
import { type Paint, painter } from './colour.ts';
import { layColumns } from './columns.ts';
import { comparedLines, headingsOf } from './compare-lines.ts';
import { notesOf } from './compare-notes.ts';
import { headline, sayingsOf, traitsOf } from './compare-parts.ts';
import { type Comparison, comparisonsOf } from './compare-sheet.ts';
import { foldParts, foldText } from './fold.ts';
import { headOf } from './head.ts';
import { plainText } from './number-text.ts';
import type { Reporter } from './reporter.ts';
import { closingText, leastWidth, remarkLines } from './table.ts';

/** Stacks side by side, each as a multiple of the reference: a block for every scenario, and a closing line. */
export const compare: Reporter = (result, options) => {
  const width = Math.max(leastWidth, options.width ?? leastWidth);
  const paint = painter(options.colour ?? false);
  const blocks = comparisonsOf(result).map((comparison) => blockText(comparison, result, width, paint));
  return [...blocks, closingText(result, options, width, paint)].join('\n');
};

function blockText(comparison: Comparison, result: ResultSet, width: number, paint: Paint): string {
  const remarks = remarkLines(comparison.sheet, width, paint);
  const parts = partLines(comparison, width);
  const notes = notesOf(comparison).flatMap((note) => foldText(plainText(note), width, 2));
  const table = layColumns(headingsOf(comparison), comparedLines(comparison), width, paint, '');
  const sections = [
    foldParts(comparisonHead(comparison, result).map(plainText), width, '   '),
    parts,
    table.trimEnd().split('\n'),
    notes,
    remarks,
  ];
  const told = sections.filter((lines) => lines.length > 0);
  return `${told.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The facts above a comparison, the results folder last. */
export function comparisonHead({ sheet, rounds }: Comparison, result: ResultSet): readonly string[] {
  const facts = headOf(sheet, result);
  const counted = `${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;
  const order = result.index.kind !== undefined ? 'drawn from the seed' : 'as listed';
  return [sheet.scenario, ...facts.slice(0, -1), `${counted}, order ${order}`, ...facts.slice(-1)];
}

/** What is true of all buses or all storages, and how they write; in what else they differ stands above the numbers. */
function partLines(comparison: Comparison, width: number): readonly string[] {
  return [
    ...traitsOf(comparison).flatMap(({ part, common }) =>
      common.length === 0 ? [] : [`every ${part}: ${common.join(', ')}`],
    ),
    ...headline.map((what) => `${what}: ${sayingsOf(comparison, what).join('; ')}`),
  ].flatMap((text) => foldText(text, width, 2));
}
