import type { Threshold } from '../../reports/threshold.ts';
import type { Cell } from '../scenario.ts';

/** The cell with what must hold on its own stack: what is said of that stack takes the place of what is said of all. */
export function withOwnThresholds(cell: Cell): Cell {
  const thresholds = thresholdsOn(cell.stack.name, cell.scenario.thresholds);
  return { ...cell, scenario: { ...cell.scenario, thresholds } };
}

export function thresholdsOn(stack: string, all: readonly Threshold[]): readonly Threshold[] {
  const own = all.filter((rule) => rule.stack === stack);
  const isReplaced = ({ metric, phase }: Threshold): boolean =>
    own.some((rule) => rule.metric === metric && rule.phase === phase);
  return all.flatMap((rule) => {
    const { stack: only, ...bounds } = rule;
    if (only === undefined) return isReplaced(rule) ? [] : [rule];
    return only === stack && !isEmpty(rule) ? [bounds] : [];
  });
}

/** `null` in the file: on this stack nothing is asked of it. */
const isEmpty = ({ pass, healthy, abort, relative = [] }: Threshold): boolean =>
  pass.length + healthy.length + abort.length + relative.length === 0;
