import { configurationHash } from '../configuration.ts';
import type { ReportOptions } from '../formats/reporter.ts';
import { isMeant } from '../formats/row-text.ts';
import type { Row } from '../formats/rows.ts';
import { type Column, type Sheet, sheetsOf } from '../formats/sheet.ts';
import { metricTable } from '../metric-table.ts';
import type { NamedResult } from '../side-by-side.ts';
import { trendOf } from './find-trend.ts';
import type { SeriesTrend, TrendPoint } from './report.ts';

/** One number of one scenario over several results. */
export interface TrendOfResults {
  readonly sheet: Sheet;
  readonly row: Row;
  /** Stacks, and machines and configurations, which do not compare, each for itself. */
  readonly series: readonly SeriesTrend[];
}

/** One number of one stack in one result. */
interface Placed extends TrendPoint {
  readonly sheet: Sheet;
  readonly row: Row;
  readonly stack: string;
  readonly machine: string;
  readonly configuration: string;
}

/** What was judged in several results, over the time in which they were made. What only one of them has is left out. */
export function trendsOf(results: readonly NamedResult[], options: ReportOptions): readonly TrendOfResults[] {
  const placed = results
    .toSorted((left, right) => (left.result.index.startedAt < right.result.index.startedAt ? -1 : 1))
    .flatMap(({ result }) =>
      sheetsOf(result, options).flatMap((sheet) =>
        sheet.judged
          .filter(isMeant)
          .flatMap((row) => sheet.columns.flatMap((column, at) => placedAt(sheet, row, column, at))),
      ),
    );
  return [...Map.groupBy(placed, numberOf).values()].flatMap((own) => {
    const [{ sheet, row }] = own as [Placed];
    const { unit } = row;
    const better = metricTable[row.metric as keyof typeof metricTable]?.better ?? null;
    const series = [...Map.groupBy(own, seriesOf).values()].map((points) => {
      const [{ stack: cell, machine, configuration }] = points as [Placed];
      return trendOf({ cell, machine, configuration, points: points.map(pointOf) }, { unit, better });
    });
    return series.some(({ points }) => points.length > 1) ? [{ sheet, row, series }] : [];
  });
}

function placedAt(sheet: Sheet, row: Row, { stack, runs }: Column, at: number): readonly Placed[] {
  const { spread = null } = row.cells[at] ?? {};
  const records = runs.flatMap(({ record }) => record ?? []);
  const [first] = records;
  if (spread === null || first === undefined) return [];
  const { commit, fingerprint } = first.environment;
  return [
    {
      sheet,
      row,
      stack,
      savedAt: first.startedAt,
      commit: typeof commit === 'string' ? commit : null,
      value: spread.median,
      machine: String(fingerprint),
      configuration: configurationHash(records),
    },
  ];
}

const numberOf = ({ sheet, row }: Placed): string =>
  JSON.stringify([sheet.scenario, sheet.parameters, row.metric, row.phase, row.aggregator]);

const seriesOf = ({ stack, machine, configuration }: Placed): string =>
  JSON.stringify([stack, machine, configuration]);

const pointOf = ({ savedAt, commit, value }: Placed): TrendPoint => ({ savedAt, commit, value });
