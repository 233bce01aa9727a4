import type { ResultSet } from '../result-set.ts';
import { comparisonHead } from './compare.ts';
import { notesOf } from './compare-notes.ts';
import { partsOf, settingsOf } from './compare-parts.ts';
import { type ComparedRow, type Comparison, comparisonsOf, withServers } from './compare-sheet.ts';
import { measureText, ratioText, roundsText, spreadText, valueText } from './compare-text.ts';
import { environmentText, openingText, remarksText } from './markdown-frame.ts';
import { code, inert, listText, tableText } from './markdown-text.ts';
import { unmeasured } from './number-text.ts';
import type { Reporter } from './reporter.ts';
import { thresholdText } from './row-text.ts';

/** The comparison for a pull request: the same numbers, signs and sentences as on the terminal, and every setting. */
export const compareMarkdown: Reporter = (result, options) =>
  [
    ...openingText('Testbed comparison', result, options),
    ...comparisonsOf(result).map((comparison) => comparisonText(comparison, result)),
    environmentText(result),
  ].join('\n');

function comparisonText(comparison: Comparison, result: ResultSet): string {
  const { scenario, sample, remarks } = comparison.sheet;
  const notes = notesOf(comparison).map(inert);
  return [
    `## ${inert(scenario)}\n`,
    ...(sample === null || sample.description === '' ? [] : [`${inert(sample.description)}\n`]),
    `${comparisonHead(comparison, result).slice(1, -1).map(inert).join(' - ')}\n`,
    numbersTable(comparison),
    ...(notes.length === 0 ? [] : [listText(notes)]),
    '### Stacks\n',
    listText(
      partsOf(comparison).map(({ part, stacks, facts }) =>
        inert(`${part} of ${stacks.join(', ')}: ${facts.join('; ')}`),
      ),
    ),
    settingsTable(comparison),
    ...remarksText(remarks),
  ].join('\n');
}

function numbersTable(comparison: Comparison): string {
  const { stacks, reference, rounds, rows, sheet } = comparison;
  const heads = stacks.flatMap((compared) => {
    const { stack, isReference } = compared;
    const some = roundsText(compared, rounds);
    const name = `${inert(stack)}${isReference ? ' (reference)' : ''}${some === '' ? '' : `, ${some}`}`;
    return [name, isReference ? 'min..max' : `of ${inert(reference)}`];
  });
  const body = rows.map((row) => [
    `${code(row.metric)}${row.phase === null ? '' : ` phase ${inert(row.phase)}`}${row.aggregator === withServers ? ` ${withServers}` : ''}`,
    measureText(row),
    row.unit,
    inert(thresholdText({ ...row, reference: null, cells: [] })),
    ...cellsOf(row, comparison),
  ]);
  const checks = sheet.columns.flatMap(({ checks: summary }) => [
    summary === null ? unmeasured : `${summary.kept} of ${summary.of} ${summary.verdict}`,
    '',
  ]);
  return tableText(
    ['metric', '', 'unit', 'threshold', ...heads],
    [
      ...body,
      ['checks', '', '', '', ...checks],
      ['**verdict**', '', '', '', ...sheet.columns.flatMap(({ verdict }) => [`**${verdict}**`, ''])],
    ],
  );
}

/** Two cells a stack: its median with verdict and marks, and beside it the multiple, or the reference's own spread. */
function cellsOf(row: ComparedRow, { stacks, rounds }: Comparison): readonly string[] {
  const reference = row.cells[stacks.findIndex(({ isReference }) => isReference)];
  return row.cells.flatMap((cell, at) => {
    const stack = stacks[at];
    if (stack === undefined) return [];
    const verdict = cell.verdict === null ? '' : ` ${cell.verdict}`;
    const ownSpread = row.better === null || stack.isReference;
    const beside = ownSpread ? spreadText(cell, row) : ratioText(cell, reference, rounds);
    return [`${inert(valueText(cell, row, stack))}${verdict}`, inert(beside)];
  });
}

function settingsTable(comparison: Comparison): string {
  const rows = comparison.stacks.flatMap(({ stack }) =>
    (['bus', 'storage'] as const).map((part) => [
      inert(stack),
      part,
      inert(settingsOf(comparison, stack, part).join(', ')) || unmeasured,
    ]),
  );
  return tableText(['stack', 'part', 'settings, read back'], rows);
}
