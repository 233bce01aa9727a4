import { rowTexts } from '../formats/gate-text.ts';
import { judgedCells } from '../formats/judgements.ts';
import { unmeasured, withUnit } from '../formats/number-text.ts';
import { aggregatorText, rowNumber, thresholdText } from '../formats/row-text.ts';
import { type Row, shownOf } from '../formats/rows.ts';
import type { Column, Run, Sheet } from '../formats/sheet.ts';
import { detectableOf } from '../gate/decide.ts';
import type { GateReport } from '../gate/judge-gate.ts';
import type { Verdict } from '../record.ts';
import type { ResultSet } from '../result-set.ts';
import { locationOf } from '../signed-rank.ts';
import type { Bound } from '../threshold.ts';
import { verdicts } from '../verdict.ts';
import { titleOf } from './heat-map.ts';

/** One thing that a verdict rests on: what was asked, what was seen, in how many runs, and how sure that is. */
export interface Ground {
  readonly where: string;
  readonly rule: string;
  readonly seen: string;
  readonly count: string;
  readonly interval: string;
  /** The smallest change that so many runs would have shown. */
  readonly finds: string;
  readonly verdict: Verdict;
}

const confidence = 0.95;

/** What a result rests on, that first by which it was decided: the worst, and of what is alike the nearest to its bound. */
export function groundsOf(result: ResultSet, sheets: readonly Sheet[]): readonly Ground[] {
  const grounds = [...sheets.flatMap(ofSheet), ...ofOthers(result)];
  return grounds.sort(
    (left, right) =>
      verdicts.indexOf(left.verdict) - verdicts.indexOf(right.verdict) || right.used - left.used,
  );
}

/** The same of a gate: its rows, the worst first. */
export function gateGrounds({ rows }: GateReport): readonly Ground[] {
  return rows
    .map((row): Ground => {
      const [metric, aggregator, , , ratio, interval, rounds, finds, margins] = rowTexts(row);
      const rule = [metric, aggregator, margins].join(' ');
      const texts = { rule, seen: `${ratio}`, count: `${rounds} rounds`, interval: `${interval}` };
      return { where: row.cell, ...texts, finds: `${finds}`, verdict: row.verdict };
    })
    .sort((left, right) => verdicts.indexOf(left.verdict) - verdicts.indexOf(right.verdict));
}

/** How much of its bound it takes up: 1 is at the bound. */
interface Placed extends Ground {
  readonly used: number;
}

function ofSheet(sheet: Sheet): readonly Placed[] {
  return sheet.judged.flatMap((row) =>
    row.cells.flatMap(({ spread, verdict }, at) => {
      const column = sheet.columns[at];
      if (column === undefined || verdict === null || verdict === 'UNSUPPORTED') return [];
      const values = valuesOf(column, row);
      const name = row.phase === null ? row.metric : `${row.metric} in ${row.phase}`;
      return [
        {
          where: `${titleOf(sheet)} on ${column.stack}`,
          rule: `${name} ${aggregatorText(row.aggregator)} ${thresholdText(row)}`.replace('  ', ' '),
          seen: spread === null ? unmeasured : withUnit(rowNumber(spread.median, row), row.unit),
          count: countText(column.runs, row),
          ...sureness(values, row),
          verdict,
          used: spread === null ? 0 : usedOf(row.pass ?? row.healthy[0], spread.median),
        },
      ];
    }),
  );
}

function valuesOf({ runs }: Column, row: Row): readonly number[] {
  return runs.flatMap(({ record }) => {
    const metric = metricIn(record, row);
    return metric === undefined ? [] : (shownOf(metric, row.aggregator) ?? []);
  });
}

const metricIn = (record: Run['record'], { metric, phase }: Row) =>
  record?.metrics[phase === null ? metric : `${metric}{phase:${phase}}`];

/** So many runs, and of a histogram so many samples in them. */
function countText(runs: readonly Run[], row: Row): string {
  const samples = runs.reduce((sum, { record }) => {
    const metric = metricIn(record, row);
    return sum + (metric !== undefined && 'count' in metric ? metric.count : 0);
  }, 0);
  const played = `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`;
  return samples === 0 ? played : `${played}, ${samples} samples`;
}

/** Of runs, which alone are independent of each other: their samples are not. */
function sureness(values: readonly number[], row: Row): Pick<Ground, 'interval' | 'finds'> {
  const none = { interval: 'too few runs: 6 tell one', finds: unmeasured };
  if (values.length === 0) return none;
  const { interval } = locationOf(values, confidence);
  if (interval === null) return none;
  const text = `${rowNumber(interval.low, row)}..${rowNumber(interval.high, row)}`;
  const logs = values.map(Math.log);
  const finds = logs.every(Number.isFinite) ? detectableOf(logs, (1 - confidence) / 2, 0) : null;
  return { interval: text, finds: finds === null ? unmeasured : `x${Math.exp(finds).toFixed(3)}` };
}

function usedOf(bound: Bound | undefined, value: number): number {
  if (bound === undefined) return 0;
  const used = bound.operator.startsWith('<') ? value / bound.limit : bound.limit / value;
  return Number.isFinite(used) ? used : 0;
}

/** What has no bound in numbers and is not well: checks that do not hold, findings; and what a search came to. */
function ofOthers(result: ResultSet): readonly Placed[] {
  return judgedCells(result).flatMap(({ title, record, judgements }) => {
    const bounded = record?.thresholds.length ?? 0;
    return judgements.slice(bounded).flatMap(({ name, verdict, detail }): Placed[] => {
      const isWell = verdict === 'PASS' && record !== null;
      if (isWell || verdict === 'UNSUPPORTED') return [];
      const count = record === null ? unmeasured : '1 run';
      const texts = { where: title, rule: name, seen: detail.split('\n')[0] ?? '', count };
      return [{ ...texts, interval: unmeasured, finds: unmeasured, verdict, used: 0 }];
    });
  });
}
