import { inert, listText, tableText } from '../formats/markdown-text.ts';
import type { TrendReport } from './report.ts';
import { breakText, changeCells, changeHeads, leftOutText, seriesText, titleText } from './trend-lines.ts';

/** A trend for a pull request or a page. */
export function trendMarkdown(report: TrendReport): string {
  const blocks = report.series.map((series) => {
    const head = `${inert(seriesText(series))}\n`;
    if (series.changes.length === 0) return head;
    const rows = series.changes.map((change) => changeCells(change, report.unit).map(inert));
    return `${head}\n${tableText(changeHeads, rows)}`;
  });
  const leftOut = leftOutText(report);
  return [
    `# Trend\n`,
    `${inert(titleText(report))}\n`,
    ...blocks,
    ...(report.breaks.length > 0 ? [listText(report.breaks.map((each) => inert(breakText(each))))] : []),
    ...(leftOut === null ? [] : [`${leftOut}\n`]),
  ].join('\n');
}
