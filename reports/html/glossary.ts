import type { Sheet } from '../formats/sheet.ts';
import { metricTable } from '../metric-table.ts';
import { element, type Markup, markup } from '../plots/svg.ts';
import { cell, tableOf } from './parts.ts';

/** What every metric that the page shows means. */
export function meaningsOf(sheets: readonly Sheet[]): readonly Markup[] {
  const shown = new Set(
    sheets.flatMap(({ judged, measured }) => [...judged, ...measured].map(({ metric }) => metric)),
  );
  const known = Object.entries(metricTable).filter(([metric]) => shown.has(metric));
  if (known.length === 0) return [];
  const rows = known.map(([metric, { unit, better, what }]) => [
    cell(metric),
    cell(unit),
    cell(better === null ? '' : `${better} is better`),
    cell(what),
  ]);
  const head = ['metric', 'unit', '', 'meaning'];
  return [
    element('h2', { id: 'meanings' }, markup('What the numbers mean')),
    tableOf('Every metric of this page', head, rows),
  ];
}
