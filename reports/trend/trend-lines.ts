import { numberText, withUnit } from '../formats/number-text.ts';
import type { SeriesTrend, TrendBreak, TrendChange, TrendReport } from './report.ts';

/** What any report of a trend says in words, before it is laid out. */
export const changeHeads = ['saved', 'commit', '', 'change', 'interval', 'before', 'after'] as const;

export function changeCells(
  { savedAt, commit, direction, change, before, after }: TrendChange,
  unit: string,
): readonly string[] {
  const signed = (value: number): string =>
    withUnit(`${value > 0 ? '+' : ''}${numberText(value, change.unit)}`, change.unit);
  return [
    savedAt.slice(0, 19),
    commit?.slice(0, 12) ?? '-',
    direction,
    signed(change.by),
    `${signed(change.low)} .. ${signed(change.high)}`,
    withUnit(numberText(before, unit), unit),
    withUnit(numberText(after, unit), unit),
  ];
}

/** Which results of which cell, and that there is nothing to see where there is not. */
export function seriesText({ cell, machine, configuration, points, changes, reason }: SeriesTrend): string {
  const [first, last] = [points[0], points.at(-1)].map((point) => point?.savedAt.slice(0, 10) ?? '-');
  const head = `${cell}: ${points.length} results, ${first} to ${last}, machine ${machine}, configuration ${configuration}`;
  if (reason !== null) return `${head}: ${reason}`;
  return changes.length === 0 ? `${head}: no change` : head;
}

export function breakText({ cells, savedAt, commit, what, from, to }: TrendBreak): string {
  return `${cells.join(', ')}: another ${what} from ${savedAt.slice(0, 19)} on (commit ${commit?.slice(0, 12) ?? '-'}): ${from}, then ${to}`;
}

export function titleText({ metric, phase, aggregator, baseline }: TrendReport): string {
  const where = phase === null ? '' : ` in ${phase}`;
  return `${metric}${where}${aggregator === 'value' ? '' : ` ${aggregator}`} of the results saved as ${baseline}`;
}

/** What was left out of all that, or null. */
export function leftOutText({ leftOut }: TrendReport): string | null {
  if (leftOut === 0) return null;
  return `left out: ${leftOut} ${leftOut === 1 ? 'run that doubts its' : 'runs that doubt their'} own numbers or did not measure it`;
}
