import { valueIn } from '../../compare.ts';
import { numberText } from '../../formats/number-text.ts';
import type { RunRecord, Subject } from '../../record.ts';
import { searchesOf } from '../../search/of-result.ts';
import { valueText } from '../../search/plan.ts';
import type { TrendReport } from '../../trend/report.ts';
import {
  breakText,
  changeCells,
  changeHeads,
  leftOutText,
  seriesText,
  titleText,
} from '../../trend/trend-lines.ts';
import {
  type Block,
  type Datum,
  list,
  measured,
  type Section,
  table,
  text,
  unmeasured,
  words,
} from '../document.ts';
import {
  cellName,
  type Evidence,
  type Played,
  shownNumber,
  sourceOf,
  subject,
  subjectText,
  unitOf,
} from '../evidence.ts';
import { limitsOf } from '../limits.ts';
import { loadTestsOf } from '../load-tests.ts';
import type { QuarterlyHistory, QuarterlyOptions } from '../options.ts';

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

const held: readonly Subject[] = [
  subject('spawn_ms', 'avg'),
  subject('event_delivery_ms', 'avg'),
  subject('event_delivery_ms', 'p(99)'),
  subject('events_per_s'),
  subject('memory_growth_mb'),
  subject('cpu_s_per_million_events'),
];

function besideBlocks(evidence: Evidence, { previous, baseline }: QuarterlyHistory): readonly Block[] {
  if (previous === null)
    return [
      text(
        words('Beside the quarter before: '),
        unmeasured(`nothing was saved as ${baseline} before this quarter`),
      ),
    ];
  const { result, quarter, savedAt } = previous;
  const rows = loadTestsOf(evidence).flatMap((one) => {
    const before = result.records.find((record) => record !== null && isSame(record, one));
    return before ? held.flatMap((of) => besideRow(one, before, of)) : [];
  });
  const limits = (['agents', 'events'] as const).flatMap((vary) => limitRows(evidence, vary, previous));
  const head = ['what', 'cell', quarter, 'now', 'change'];
  const about = `${quarter}, saved ${savedAt.slice(0, 10)} as ${baseline}, ${result.directory}; only cells of the same machine and configuration stand here. One run each: a difference is not yet a change, which change points below tell.`;
  return rows.length + limits.length === 0
    ? [
        text(
          words('Beside the quarter before: '),
          unmeasured('no cell was played then on this machine with this configuration'),
        ),
      ]
    : [text(words(about)), table(`Beside ${quarter}`, head, [...rows, ...limits])];
}

const isSame = (before: RunRecord, { cell, record }: Played): boolean =>
  before.scenario === cell.scenario &&
  before.stack === cell.stack &&
  before.iteration === cell.iteration &&
  before.environment['fingerprint'] === record.environment['fingerprint'] &&
  JSON.stringify(before.workload) === JSON.stringify(record.workload);

function besideRow(one: Played, before: RunRecord, of: Subject): readonly (readonly Datum[])[] {
  const [then, now] = [valueIn(before, of), valueIn(one.record, of)];
  if (then === null || now === null) return [];
  const unit = unitOf(of);
  const source = sourceOf(one, subjectText(of));
  const change = then === 0 ? '' : `${now > then ? '+' : ''}${numberText(100 * (now / then - 1), '%')} %`;
  return [
    [
      words(subjectText(of)),
      words(cellName(one.cell)),
      measured(shownNumber(then, unit), [{ ...source, rule: `${source.rule}, as saved before` }]),
      measured(shownNumber(now, unit), [source]),
      measured(change, [source]),
    ],
  ];
}

function limitRows(
  evidence: Evidence,
  vary: 'agents' | 'events',
  { result }: NonNullable<QuarterlyHistory['previous']>,
): readonly (readonly Datum[])[] {
  const earlier = searchesOf(result);
  return limitsOf(evidence, vary).flatMap(({ searches }) =>
    searches.flatMap(({ search, answer, played }) => {
      const before = earlier.find(
        (each) => each.search.scenario === search.scenario && each.search.stack === search.stack,
      );
      const [then, now, [one]] = [before?.answer.limit ?? null, answer.limit, played];
      if (then === null || now === null || one === undefined) return [];
      const source = sourceOf(one, `search ${search.scenario}: the highest value that held`);
      const change = `${now > then ? '+' : ''}${numberText(100 * (now / then - 1), '%')} %`;
      return [
        [
          words(`limit of ${vary}`),
          words(`${search.scenario} on ${search.stack}`),
          measured(valueText(vary, then), [{ ...source, rule: `${source.rule}, as saved before` }]),
          measured(valueText(vary, now), [source]),
          measured(change, [source]),
        ],
      ];
    }),
  );
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
      : [table(`Change points of ${titleText(report)}`, ['cell', ...changeHeads], changes)]),
    ...(changes.length === 0 ? [text(words(`${titleText(report)}:`))] : []),
    ...list([
      ...quiet,
      ...report.breaks.map((each) => [words(breakText(each))]),
      ...(leftOut === null ? [] : [[words(leftOut)]]),
    ]),
  ];
}
