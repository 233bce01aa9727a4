import { page } from '../html/page.ts';
import { cell, listOf, tableOf } from '../html/parts.ts';
import { drawPlot } from '../plots/draw-plot.ts';
import { element, escaped, type Markup } from '../plots/svg.ts';
import { trendPlot } from '../plots/trend.ts';
import type { SeriesTrend, TrendReport } from './report.ts';
import { breakText, changeCells, changeHeads, leftOutText, seriesText, titleText } from './trend-lines.ts';

/** A trend as a page in one file: a picture of each series, and where it changed its level. */
export function trendHtml(report: TrendReport): string {
  const title = `Testbed: ${titleText(report)}`;
  const leftOut = leftOutText(report);
  return page(
    title,
    [element('h1', {}, escaped(title))],
    [
      ...report.series.flatMap((series) => seriesSection(series, report)),
      ...(report.breaks.length === 0 ? [] : [listOf(report.breaks.map((each) => escaped(breakText(each))))]),
      ...(leftOut === null ? [] : [element('p', { class: 'facts' }, escaped(leftOut))]),
    ],
  );
}

function seriesSection(series: SeriesTrend, { unit }: TrendReport): readonly Markup[] {
  const plot = trendPlot(series.cell, unit, [series]);
  const rows = series.changes.map((change) => changeCells(change, unit).map(cell));
  return [
    element('h2', {}, escaped(series.cell)),
    element('p', { class: 'facts' }, escaped(seriesText(series))),
    ...(plot === null ? [] : [element('figure', {}, drawPlot(plot))]),
    ...(rows.length === 0 ? [] : [tableOf(`Changes of ${series.cell}`, changeHeads, rows)]),
  ];
}
