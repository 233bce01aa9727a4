import { changePairs, type Side, valuesOf, valuesPlayed } from '../change.ts';
import type { Subject } from '../record.ts';
import type { ResultSet } from '../result-set.ts';
import { locationOf } from '../signed-rank.ts';
import { spreadOf } from '../statistics.ts';
import { numberText } from './number-text.ts';

/** What parts of a whole weigh, each told by cells that have it and cells that do not. Printed with a result of its scenario. */
export interface WeightTable extends Subject {
  readonly title: string;
  readonly scenario: string;
  /** The field of the workload that weights are divided by; a column for each of its values. */
  readonly per: string;
  /** What these are called. */
  readonly noun: string;
  /** kB in a unit of the metric. */
  readonly scale: number;
  /** What the whole weighs; null where no cell says. */
  readonly total: { readonly name: string; readonly seed: string | null; readonly side: Side } | null;
  readonly components: readonly Component[];
}

interface Component {
  readonly name: string;
  /** What the seed report wrote down of it; not ours. */
  readonly seed: string | null;
  readonly without: Side;
  readonly having: Side;
}

export interface Weights {
  /** Values of `per`, ascending. */
  readonly sizes: readonly number[];
  readonly rows: readonly WeightRow[];
  readonly total: WeightRow | null;
}

export interface WeightRow {
  readonly name: string;
  readonly seed: string | null;
  /** In the order of `sizes`; null where nothing was measured. */
  readonly cells: readonly (Weight | null)[];
}

export interface Weight {
  /** kB of one. */
  readonly value: number;
  /** The exact interval of at least 95 % around it, over the pairs; null of the total, and of too few pairs. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** The interval leaves out 0. */
  readonly told: boolean;
  readonly pairs: number;
}

/** Null where the result has nothing of the scenario. */
export function weightsOf(result: ResultSet, table: WeightTable): Weights | null {
  const { scenario, metric, phase, aggregator, per, scale, total } = table;
  const sizes = valuesPlayed(result, scenario, per)
    .filter((value): value is number => typeof value === 'number' && value > 0)
    .sort((left, right) => left - right);
  if (sizes.length === 0) return null;
  const components = table.components.map((component) => ({
    name: component.name,
    seed: component.seed,
    cells: sizes.map((size) => weightOf(result, table, component, size)),
  }));
  if (total === null) return { sizes, rows: components, total: null };
  const cells = sizes.map((size): Weight | null => {
    const side = { ...total.side, workload: { [per]: size } };
    const median = spreadOf(valuesOf(result, scenario, { metric, phase, aggregator }, side))?.median;
    return median === undefined
      ? null
      : { value: (scale * median) / size, interval: null, told: true, pairs: 0 };
  });
  return { sizes, rows: components, total: { name: total.name, seed: total.seed, cells } };
}

function weightOf(
  result: ResultSet,
  { per, scale, ...subject }: WeightTable,
  { without, having }: Component,
  size: number,
): Weight | null {
  const change = { ...subject, before: without, after: having };
  const pairs = changePairs(result, change, { workload: { [per]: size } });
  if (pairs.length === 0) return null;
  const differences = pairs.map(({ before, after }) => (scale * (after - before)) / size);
  const { estimate, interval } = locationOf(differences, 0.95);
  const told = interval !== null && (interval.low > 0 || interval.high < 0);
  return { value: estimate, interval, told, pairs: pairs.length };
}

/** What the weights come to where they are known best: at the largest size. */
export function weightFindings({ noun }: WeightTable, { sizes, rows, total }: Weights): readonly string[] {
  const known = rows.flatMap(({ name, cells }) => {
    const weight = cells.at(-1) ?? null;
    return weight === null ? [] : [{ name, weight }];
  });
  const told = known
    .filter(({ weight }) => weight.told)
    .sort((left, right) => right.weight.value - left.weight.value);
  const others = known.filter(({ weight }) => !weight.told);
  const whole = total?.cells.at(-1) ?? null;
  const kb = (value: number): string => `${numberText(value, 'kB')} kB`;
  const at = `With ${sizes.at(-1)} ${noun}`;
  const list = told.map(({ name, weight }) => `${name} ${kb(weight.value)}`).join(', ');
  return [
    ...(whole === null ? [] : [`${at} one weighs ${kb(whole.value)} (${total?.name}).`]),
    ...(told.length === 0 ? [] : [`${at}, told apart from nothing: ${list}.`]),
    ...(others.length === 0
      ? []
      : [`${at}, not told apart from nothing: ${others.map(({ name }) => name).join(', ')}.`]),
    ...smallest(noun, sizes, rows),
  ];
}

/** How coarse the same is with the fewest. */
function smallest(noun: string, sizes: Weights['sizes'], rows: Weights['rows']): readonly string[] {
  const intervals = rows.flatMap(({ cells }) => cells[0]?.interval ?? []);
  if (sizes.length < 2 || intervals.length === 0) return [];
  const widest = Math.max(...intervals.map(({ low, high }) => high - low));
  return [
    `With ${sizes[0]} ${noun} an interval is up to ${numberText(widest, 'kB')} kB wide: a heap's own noise, shared by so few.`,
  ];
}
