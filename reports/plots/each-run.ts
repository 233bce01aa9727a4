import { locationOf } from '../signed-rank.ts';
import type { Limit, Mark, Plot } from './plot.ts';
import { linearScale, type Scale } from './scale.ts';

/** The same number of several runs of one stack, in the order in which they were made. */
export interface Runs {
  readonly stack: string;
  readonly values: readonly number[];
}

/** The chance that the interval of a stack holds what its runs scatter around. */
const confidence = 0.95;

/**
 * Every run as a dot, stack beside stack: how far runs of the same thing lie apart, and the interval of what they scatter
 * around where they are enough to tell one. Null for nothing.
 */
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
    marks: [...stacks.map(dotsOf), ...intervalsOf(stacks)],
    limits,
  };
}

function dotsOf({ stack, values }: Runs, at: number): Mark {
  const points = values.map((y, run) => ({
    x: at + 0.5 + (run - (values.length - 1) / 2) * (0.5 / values.length),
    y,
  }));
  return { kind: 'dots', name: stack, points };
}

/** Beside the dots, at the end of their place. */
function intervalsOf(stacks: readonly Runs[]): readonly Mark[] {
  const points = stacks.flatMap(({ values }, at) => {
    if (values.length === 0) return [];
    const { estimate, interval } = locationOf(values, confidence);
    return interval === null ? [] : [{ x: at + 0.85, y: estimate, low: interval.low, high: interval.high }];
  });
  return points.length === 0
    ? []
    : [{ kind: 'intervals', name: `middle of the runs, ${confidence * 100} %`, points }];
}

/** One place for each name. */
function named(names: readonly string[]): Scale {
  return {
    place: (value) => value / names.length,
    ticks: names.map((text, index) => ({ at: index + 0.5, text })),
  };
}
