import type { Limit, Plot } from './plot.ts';
import { linearScale, type Scale } from './scale.ts';

/** The same number of several runs of one stack, in the order in which they were made. */
export interface Runs {
  readonly stack: string;
  readonly values: readonly number[];
}

/** Every run as a dot, stack beside stack: how far runs of the same thing lie apart. Null for nothing. */
export function eachRun(
  title: string,
  unit: string,
  stacks: readonly Runs[],
  limits: readonly Limit[] = [],
): Plot | null {
  const values = stacks.flatMap((each) => each.values);
  if (values.length === 0) return null;
  const known = [...values, ...limits.map(({ at }) => at).filter((at) => at <= 3 * Math.max(...values))];
  return {
    title,
    x: { label: 'stack', scale: named(stacks.map(({ stack }) => stack)) },
    y: { label: unit, scale: linearScale(Math.min(...values), Math.max(...known)) },
    marks: stacks.map(({ stack, values: own }, at) => ({
      kind: 'dots',
      name: stack,
      points: own.map((y, run) => ({ x: at + 0.5 + (run - (own.length - 1) / 2) * (0.5 / own.length), y })),
    })),
    limits,
  };
}

/** One place for each name. */
function named(names: readonly string[]): Scale {
  return {
    place: (value) => value / names.length,
    ticks: names.map((text, index) => ({ at: index + 0.5, text })),
  };
}
