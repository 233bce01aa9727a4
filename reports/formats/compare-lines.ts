import type { Heading, Line, LineCell } from './columns.ts';
import { traitsOf } from './compare-parts.ts';
import type { ComparedRow, Comparison } from './compare-sheet.ts';
import { withServers } from './compare-sheet.ts';
import {
  measureText,
  otherDurabilityMark,
  ratioText,
  roundsText,
  spreadText,
  valueText,
} from './compare-text.ts';
import { summaryLines } from './lines.ts';
import { plainText, unmeasured } from './number-text.ts';
import { thresholdText } from './row-text.ts';

/** The columns of a comparison, each with what sets it apart from the others. */
export function headingsOf({ stacks, rounds }: Comparison): readonly Heading[] {
  return stacks.map((compared) => {
    const { stack, isReference, sample, sameDurability } = compared;
    const promise = sameDurability === false ? `${otherDurabilityMark} ${sample?.durability ?? ''}` : '';
    const lines = [stack, isReference ? 'reference' : '', promise, roundsText(compared, rounds)];
    return { lines: lines.filter((line) => line !== '').map(plainText), companion: false };
  });
}

/** Names longer than this stand on a line of their own, so that more stacks fit beside each other. */
const longestLabel = 20;

/** Every number on two lines: the values with their verdicts; below, its limit and what the values are beside the reference's. */
export function comparedLines(comparison: Comparison): readonly Line[] {
  const { rows, sheet } = comparison;
  const numbers = rows.flatMap((row, at) => {
    const names = namesOf(row, rows[at - 1]);
    const last = names.at(-1) ?? '';
    const label = last.length > longestLabel ? '' : last;
    const above = label === '' ? names : names.slice(0, -1);
    return [...above.map((name) => lineOf(row, name, [])), ...numberLines(row, label, comparison)];
  });
  return [...traitLines(comparison), ...numbers, ...summaryLines(sheet)];
}

function traitLines(comparison: Comparison): readonly Line[] {
  const line = (label: string, cells: readonly LineCell[]): Line => ({
    group: 'traits',
    label,
    aggregator: '',
    threshold: '',
    cells,
  });
  return traitsOf(comparison).flatMap(({ part, rows }) => [
    ...(rows.length === 0 ? [] : [line(part, [])]),
    ...rows.map(({ name, values }) =>
      line(
        `  ${name}`,
        values.map((value) => ({ value: value === '' ? unmeasured : value, verdict: null })),
      ),
    ),
  ]);
}

/** A metric's name stands on its first row, and so does a phase's. */
function namesOf(row: ComparedRow, before: ComparedRow | undefined): readonly string[] {
  const { metric, phase, aggregator } = row;
  const sameMetric = before?.metric === metric;
  return [
    ...(sameMetric ? [] : [metric]),
    ...(phase === null || (sameMetric && before.phase === phase) ? [] : [`  phase ${plainText(phase)}`]),
    ...(aggregator === withServers ? [`  ${withServers}`] : []),
  ];
}

function numberLines(row: ComparedRow, label: string, { stacks, rounds }: Comparison): readonly Line[] {
  const reference = row.cells[stacks.findIndex(({ isReference }) => isReference)];
  const values = row.cells.map((cell, at): LineCell => {
    const stack = stacks[at];
    return { value: stack === undefined ? '' : valueText(cell, row, stack), verdict: cell.verdict };
  });
  const beside = row.cells.map((cell, at): LineCell => {
    const ownSpread = row.better === null || stacks[at]?.isReference;
    return { value: ownSpread ? spreadText(cell, row) : ratioText(cell, reference, rounds), verdict: null };
  });
  const limit = thresholdText({ ...row, reference: null, cells: [] });
  const told = row.better !== null || limit !== '';
  const below = lineOf(row, limit === '' ? '' : `  ${limit}`, beside);
  return [
    { ...lineOf(row, label, values), aggregator: measureText(row) },
    ...(told ? [{ ...below, optional: limit === '' }] : []),
  ];
}

function lineOf({ metric }: ComparedRow, label: string, cells: readonly LineCell[]): Line {
  return { group: metric, label, aggregator: '', threshold: '', cells };
}
