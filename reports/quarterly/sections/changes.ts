import type { TrendReport } from '../../trend/report.ts';
import {
  breakText,
  changeCells,
  changeHeads,
  leftOutText,
  seriesText,
  titleText,
} from '../../trend/trend-lines.ts';
import { type Block, list, measured, type Section, table, text, unmeasured, words } from '../document.ts';
import type { Evidence } from '../evidence.ts';
import type { QuarterlyOptions } from '../options.ts';
import { besideBlocks } from './beside.ts';

/** What is of another level than it was: beside the quarter before, and over all results that were saved. */
export function changeSection(evidence: Evidence, { history }: QuarterlyOptions): Section {
  const title = 'Changes since last quarter';
  if (history === null)
    return {
      title,
      blocks: [
        text(words('Changes: '), unmeasured('no history of saved results was given (--baseline NAME)')),
      ],
    };
  return { title, blocks: [...besideBlocks(evidence, history), ...history.trends.flatMap(trendBlocks)] };
}

/** Where a number changed its level, by E-Divisive over all results that were saved. */
function trendBlocks(report: TrendReport): readonly Block[] {
  const sources = report.series.map(({ cell, points }) => ({
    run: `history ${report.baseline}`,
    cell,
    record: null,
    rule: `change points of ${points.length} results by E-Divisive`,
  }));
  const changes = report.series.flatMap(({ cell, changes: own }) =>
    own.map((change) => [
      words(cell),
      ...changeCells(change, report.unit).map((said) =>
        measured(
          said,
          sources.filter((source) => source.cell === cell),
        ),
      ),
    ]),
  );
  const quiet = report.series
    .filter((series) => series.changes.length === 0)
    .map((series) => [
      measured(
        seriesText(series),
        sources.filter(({ cell }) => cell === series.cell),
      ),
    ]);
  const leftOut = leftOutText(report);
  return [
    ...(changes.length === 0
      ? []
      : [
          table(
            `Change points of ${titleText(report)}`,
            ['cell', ...changeHeads.map((head) => head || 'direction')],
            changes,
          ),
        ]),
    ...(changes.length === 0 ? [text(words(`${titleText(report)}:`))] : []),
    ...list([
      ...quiet,
      ...report.breaks.map((each) => [words(breakText(each))]),
      ...(leftOut === null ? [] : [[words(leftOut)]]),
    ]),
  ];
}
