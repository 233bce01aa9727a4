import { unmeasured } from '../formats/number-text.ts';
import { aggregatorText, rowNumber, thresholdText } from '../formats/row-text.ts';
import type { Row } from '../formats/rows.ts';
import type { Sheet } from '../formats/sheet.ts';
import { escaped, joined, type Markup, markup } from '../plots/svg.ts';
import { badge } from './badge.ts';
import { type CellOfTable, cell, folded, numberCell, tableOf } from './parts.ts';

/** The numbers of a sheet: those that were judged at once, the others for whoever asks. */
export function numbersOf(sheet: Sheet): readonly Markup[] {
  const { judged, measured } = sheet;
  return [
    ...(judged.length === 0 ? [] : [tableFor('What was judged', judged, sheet)]),
    ...(measured.length === 0
      ? []
      : [
          folded(`Everything else that was measured: ${measured.length} rows`, [
            tableFor('Measured', measured, sheet),
          ]),
        ]),
  ];
}

function tableFor(caption: string, rows: readonly Row[], { reference, columns }: Sheet): Markup {
  const beside = (given: CellOfTable): CellOfTable[] => (reference === null ? [] : [given]);
  const head = [
    'metric',
    '',
    'unit',
    'bound',
    ...(reference === null ? [] : [reference.label]),
    ...columns.map(({ stack, runs }) =>
      runs.length > 1 ? `${stack}, median of ${runs.length} (min..max)` : stack,
    ),
  ];
  const lines = rows.map((row) => [
    cell(row.phase === null ? row.metric : `${row.metric}, phase ${row.phase}`),
    cell(aggregatorText(row.aggregator)),
    cell(row.unit),
    cell(thresholdText(row)),
    ...beside(numberCell(referenceText(row))),
    ...row.cells.map((_, at) => numberCell(valueText(row, at, columns[at]?.runs.length ?? 1))),
  ]);
  return tableOf(caption, head, lines);
}

function referenceText({ reference }: Row): Markup {
  if (reference === null) return markup(unmeasured);
  return joined([escaped(`${reference.text} `), badge(reference.verdict)]);
}

function valueText(row: Row, at: number, runs: number): Markup {
  const { spread = null, verdict = null } = row.cells[at] ?? {};
  if (spread === null)
    return verdict === null ? markup(unmeasured) : joined([markup(`${unmeasured} `), badge(verdict)]);
  const some = spread.count < runs ? ` of ${spread.count}` : '';
  const range = runs > 1 ? ` (${rowNumber(spread.min, row)}..${rowNumber(spread.max, row)}${some})` : '';
  const value = escaped(`${rowNumber(spread.median, row)}${range} `);
  return verdict === null ? value : joined([value, badge(verdict)]);
}
