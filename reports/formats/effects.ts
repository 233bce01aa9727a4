import { spreadOf } from '../statistics.ts';
import type { Matrix, MatrixNumber, MatrixRow } from './matrix.ts';
import { numberText } from './number-text.ts';
import { aggregatorText } from './row-text.ts';

/** Smaller changes are not told: a single run of each says nothing of them. */
const leastFactor = 1.25;

/** The values of one number before and after one parameter changed and nothing else did. */
interface Change {
  readonly before: number;
  readonly after: number;
  /** One of the two cells says itself that its numbers may not be what they seem. */
  readonly doubtful: boolean;
}

/**
 * A sentence for each parameter and stack: what its values change, from the first to the last of numbers, from the
 * first to each other of words. Every sentence follows from the matrix alone.
 */
export function effectsOf(matrix: Matrix): readonly string[] {
  return matrix.parameters.flatMap((parameter, at) =>
    stepsOf(matrix, at).flatMap((step) => {
      const name = `${parameter} ${step.from[0]} -> ${step.to}`;
      const told = matrix.stacks.flatMap((stack) => {
        const said = changesText(matrix, at, step, stack) || whyNotCompared(matrix, at, step, stack);
        return said === '' ? [] : [{ stack, said }];
      });
      const [first] = told;
      if (first === undefined) return [`${name}: nothing shown changes by more than a quarter`];
      const everywhere =
        told.length === matrix.stacks.length && told.every(({ said }) => said === first.said);
      if (everywhere && first.said.startsWith(notCompared)) return [`${name}: ${first.said}`];
      return told.map(
        ({ stack, said }) => `${name}${matrix.stacks.length > 1 ? ` on ${stack}` : ''}: ${said}`,
      );
    }),
  );
}

const notCompared = 'not compared';

/** Why a step says nothing at all of a stack; empty where its numbers were held against each other. */
function whyNotCompared(matrix: Matrix, at: number, { from, to }: Step, stack: string): string {
  const compared = matrix.numbers.some((_, number) =>
    from.some((value) => changesOf(matrix, number, at, value, to, stack).length > 0),
  );
  if (compared) return '';
  const hasNumbers = (values: readonly string[]): boolean =>
    matrix.rows.some(
      (row) =>
        row.stack === stack &&
        values.includes(row.values[at] ?? '') &&
        row.cells.some(({ value }) => value !== null),
    );
  const [before, after] = [hasNumbers(from), hasNumbers([to])];
  if (before && after) return `${notCompared}: no number is in two cells that differ in nothing else`;
  if (!before && !after) return `${notCompared}: no numbers`;
  return `${notCompared}: no numbers of ${before ? to : from.join(', ')}`;
}

/** From the first of `from`; from a later one where a number was not measured before. */
interface Step {
  readonly from: readonly string[];
  readonly to: string;
}

function stepsOf({ rows }: Matrix, at: number): readonly Step[] {
  const values = [...new Set(rows.map((row) => row.values[at] as string))];
  const [first = '', ...others] = values;
  const numeric = values.every((value) => /^[0-9]/.test(value));
  if (numeric) return [{ from: values.slice(0, -1), to: values.at(-1) ?? '' }];
  return others.map((to) => ({ from: [first], to }));
}

function changesText(matrix: Matrix, at: number, { from, to }: Step, stack: string): string {
  const told = matrix.numbers.flatMap((number, index) => {
    for (const value of from) {
      const changes = changesOf(matrix, index, at, value, to, stack);
      if (changes.length === 0) continue;
      const text = changeText(changes, number);
      const since = value === from[0] ? '' : `from ${value} on `;
      return text === null ? [] : [`${nameOf(number)} ${since}${text}`];
    }
    return [];
  });
  return told.join(', ');
}

/** A number in rows that differ in one parameter alone. */
function changesOf(
  { rows }: Matrix,
  number: number,
  at: number,
  from: string,
  to: string,
  stack: string,
): readonly Change[] {
  const others = (row: MatrixRow): string => JSON.stringify(row.values.filter((_, index) => index !== at));
  const own = rows.filter((row) => row.stack === stack);
  return own.flatMap((row): Change[] => {
    if (row.values[at] !== from) return [];
    const other = own.find((one) => one.values[at] === to && others(one) === others(row));
    const [before, after] = [row.cells[number]?.value ?? null, other?.cells[number]?.value ?? null];
    const doubtful = row.doubtful || other?.doubtful === true;
    return before === null || after === null ? [] : [{ before, after, doubtful }];
  });
}

function nameOf({ metric, phase, aggregator }: MatrixNumber): string {
  const name = phase === null ? metric : `${metric}{phase:${phase}}`;
  const how = aggregatorText(aggregator);
  return how === '' ? name : `${name} ${how}`;
}

/** What changes, and whether its cells believe it. Null: no change to tell. */
function changeText(changes: readonly Change[], { unit }: MatrixNumber): string | null {
  const text = factorText(changes, (value) => numberText(value, unit));
  return text !== null && changes.some(({ doubtful }) => doubtful) ? `${text} in doubt` : text;
}

/** `x12 (0.31 to 3.7)`; over several pairs `x12 (x8..x20)`; where there is no ratio, `0 to 5`. */
function factorText(changes: readonly Change[], text: (value: number) => string): string | null {
  const range = (values: readonly number[]): string => {
    const { min, max } = spreadOf(values) ?? { min: 0, max: 0 };
    return text(min) === text(max) ? text(min) : `${text(min)}..${text(max)}`;
  };
  if (changes.every(({ before, after }) => before === after)) return null;
  if (!changes.every(({ before, after }) => before > 0 && after > 0)) {
    return `${range(changes.map(({ before }) => before))} to ${range(changes.map(({ after }) => after))}`;
  }
  const spread = spreadOf(changes.map(({ before, after }) => after / before));
  if (spread === null || Math.abs(Math.log(spread.median)) < Math.log(leastFactor)) return null;
  const factor = (value: number): string => `x${numberText(value, 'ratio')}`;
  const [only] = changes;
  if (changes.length === 1 && only !== undefined)
    return `${factor(spread.median)} (${text(only.before)} to ${text(only.after)})`;
  const [low, high] = [factor(spread.min), factor(spread.max)];
  return low === high ? low : `${factor(spread.median)} (${low}..${high})`;
}
