import { plainText } from '../formats/number-text.ts';
import { plainTable } from '../formats/plain-table.ts';
import type { TrendReport } from './report.ts';
import { breakText, changeCells, changeHeads, leftOutText, seriesText, titleText } from './trend-lines.ts';

/** A trend for a person at a terminal. */
export function trendText(report: TrendReport): string {
  const blocks = report.series.map((series) => {
    const head = plainText(seriesText(series));
    if (series.changes.length === 0) return head;
    const rows = series.changes.map((change) => changeCells(change, report.unit).map(plainText));
    return [head, plainTable([changeHeads, ...rows])].join('\n');
  });
  const breaks = report.breaks.map((each) => plainText(breakText(each)));
  const leftOut = leftOutText(report);
  const parts = [
    plainText(titleText(report)),
    ...blocks,
    ...(breaks.length > 0 ? [breaks.join('\n')] : []),
    ...(leftOut === null ? [] : [leftOut]),
  ];
  return `${parts.join('\n\n')}\n`;
}
