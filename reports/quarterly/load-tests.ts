import type { IndexCell } from '../record.ts';
import type { ResultSet } from '../result-set.ts';
import type { Evidence, Played } from './evidence.ts';
import { withoutProbesOf } from './evidence.ts';

/** Load and nothing else: no fault, nothing varied, and no search for leaks, which is told apart. */
export function loadTestsOf(evidence: Evidence): readonly Played[] {
  return withoutProbesOf(evidence).filter(
    ({ cell, record }) =>
      record.faults.length === 0 &&
      Object.keys(cell.parameters ?? record.parameters).length === 0 &&
      !record.checks.some(({ check }) => check === 'no-leak'),
  );
}

/** Cells of several results as one, for what is made of a result. */
export function pooled({ results }: Evidence, played: readonly Played[]): ResultSet {
  const [first] = results;
  if (first === undefined) throw new RangeError('a report takes a result');
  return {
    ...first,
    index: { ...first.index, cells: played.map(({ cell }) => cell) },
    records: played.map(({ record }) => record),
    doubts: [],
  };
}

/** Which result a cell is of. */
export function resultOf({ results }: Evidence, cell: IndexCell): ResultSet {
  const owner = results.find(({ index }) => index.cells.includes(cell));
  if (owner === undefined) throw new RangeError(`no result has the cell ${cell.scenario} on ${cell.stack}`);
  return owner;
}
