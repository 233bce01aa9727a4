import { boundText } from '../formats/number-text.ts';
import type { ReportOptions } from '../formats/reporter.ts';
import { aggregatorText } from '../formats/row-text.ts';
import { drawPlot } from '../plots/draw-plot.ts';
import { element, escaped, type Markup, markup } from '../plots/svg.ts';
import { trendPlot } from '../plots/trend.ts';
import type { ResultSet } from '../result-set.ts';
import { type TrendOfResults, trendsOf } from '../trend/of-results.ts';
import { seriesText } from '../trend/trend-lines.ts';
import { titleOf } from './heat-map.ts';
import { folded, listOf } from './parts.ts';

/** How what was judged went from result to result, where several stand side by side. */
export function trendSections({ parts = [] }: ResultSet, options: ReportOptions): readonly Markup[] {
  const trends = trendsOf(parts, options);
  if (trends.length === 0) return [];
  const about =
    'Medians of the runs of each result. Other machines and other configurations are lines of their own: they do not compare.';
  return [
    element(
      'section',
      { 'aria-labelledby': 'trends' },
      element('h2', { id: 'trends' }, markup('Over time')),
      element('p', { class: 'facts' }, markup(about)),
      element('div', { class: 'plots' }, trends.flatMap(pictureOf)),
      folded('Each of these lines', [listOf(trends.flatMap(linesOf))]),
    ),
  ];
}

function nameOf({ sheet, row }: TrendOfResults): string {
  const metric = row.phase === null ? row.metric : `${row.metric} in ${row.phase}`;
  return `${titleOf(sheet)}: ${metric} ${aggregatorText(row.aggregator)}`.trimEnd();
}

function pictureOf(trend: TrendOfResults): readonly Markup[] {
  const { row, series } = trend;
  const limits = row.pass === null ? [] : [{ at: row.pass.limit, text: boundText(row.pass, row.unit) }];
  const plot = trendPlot(nameOf(trend), row.unit, series, limits);
  return plot === null
    ? []
    : [element('figure', {}, drawPlot(plot), element('figcaption', {}, escaped(plot.title)))];
}

const linesOf = (trend: TrendOfResults): readonly Markup[] =>
  trend.series.map((series) => escaped(`${nameOf(trend)}: ${seriesText(series)}`));
