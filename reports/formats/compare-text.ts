import { roundsForInterval } from '../compare.ts';
import type { PairedRatio } from '../statistics.ts';
import { type ComparedCell, type ComparedRow, type ComparedStack, withServers } from './compare-sheet.ts';
import { unmeasured } from './number-text.ts';
import { aggregatorText, rowNumber } from './row-text.ts';
import type { Row } from './rows.ts';

/** Leads its row. */
export const bestMark = '*';
/** No difference is seen: to the best of its row beside a value, to the reference beside a multiple. */
export const alikeMark = '~';
/** Was measured under another durability than the reference. */
export const otherDurabilityMark = '!';
/** One of the cells behind a multiple doubts itself. */
export const doubtMark = '?';
/** Stands where a zero makes a multiple meaningless. */
export const noRatio = 'no ratio';

/** The median over the rounds with its marks: `1.94`, `0.08*`, `0.08~`, `1.94!`. */
export function valueText(
  { spread, best, alike }: ComparedCell,
  row: ComparedRow,
  stack: ComparedStack,
): string {
  if (spread === null) return unmeasured;
  const promise = stack.sameDurability === false ? otherDurabilityMark : '';
  return `${rowNumber(spread.median, rowFor(row))}${best ? bestMark : alike ? alikeMark : ''}${promise}`;
}

/** How far the rounds of one stack lie apart; nothing where that is not seen. */
export function spreadText({ spread }: ComparedCell, row: ComparedRow): string {
  if (spread === null) return '';
  const [min, max] = [rowNumber(spread.min, rowFor(row)), rowNumber(spread.max, rowFor(row))];
  return min === max ? '' : `${min}..${max}`;
}

/**
 * `x24.3 22.1..27` below twelve rounds, `x24.3 [22.1 27]` with an interval, `x1.02~ 0.9..1.1` where no difference is seen, `x24.3?` where a cell doubts itself; `of 3` where only so many rounds have the
 * number on both sides. Nothing where there is nothing to compare, or both sides were zero all along.
 */
export function ratioText(
  { ratio, pairs, spread, told, doubtful }: ComparedCell,
  reference: ComparedCell | undefined,
  rounds: number,
): string {
  if (pairs === 0) return '';
  if (ratio === null) return isZero(spread) && isZero(reference?.spread ?? null) ? '' : noRatio;
  const some = pairs < rounds ? ` of ${pairs}` : '';
  return `${estimateText(ratio, `${told ? '' : alikeMark}${doubtful ? doubtMark : ''}`)}${some}`;
}

const isZero = (spread: ComparedCell['spread']): boolean => spread?.min === 0 && spread.max === 0;

function estimateText(ratio: PairedRatio, marks: string): string {
  const { interval, rounds } = ratio;
  const estimate = `x${multipleText(estimateOf(ratio))}${marks}`;
  if (hasInterval(ratio) && interval !== null) {
    return `${estimate} [${multipleText(interval.low)} ${multipleText(interval.high)}]`;
  }
  const [min, max] = [multipleText(rounds.min), multipleText(rounds.max)];
  return min === max ? estimate : `${estimate} ${min}..${max}`;
}

/** Few rounds are described, not judged. */
export function hasInterval({ pairs, interval }: PairedRatio): boolean {
  return pairs >= roundsForInterval && interval !== null;
}

export function estimateOf(ratio: PairedRatio): number {
  return hasInterval(ratio) ? ratio.ratio : ratio.rounds.median;
}

/** `2 of 3 rounds`; nothing where all of them are compared, or where the stack cannot be played at all. */
export function roundsText({ rounds: compared, unsupported }: ComparedStack, rounds: number): string {
  return compared < rounds && !unsupported ? `${compared} of ${rounds} rounds` : '';
}

/** Always three digits, so that a column of them can be read down: `1.00`, `24.3`, `0.987`. */
function multipleText(multiple: number): string {
  return multiple >= 1000 && multiple < 1e6 ? String(Math.round(multiple)) : multiple.toPrecision(3);
}

export function measureText({ aggregator }: Pick<Row, 'aggregator'>): string {
  return aggregator === withServers ? '' : aggregatorText(aggregator);
}

function rowFor({ metric, phase, aggregator, unit, pass, healthy }: ComparedRow): Row {
  return { metric, phase, aggregator, unit, pass, healthy, reference: null, cells: [] };
}
