import type { ResultSet } from '../result-set.ts';
import { type Comparison, comparisonsOf } from './compare-sheet.ts';

/** What a comparison found, as data: by stack, with every ratio and how it was come by. */
export function comparisonData(result: ResultSet): readonly object[] {
  return comparisonsOf(result).map((comparison) => {
    const { sheet, reference, rounds, stacks } = comparison;
    return {
      scenario: sheet.scenario,
      parameters: sheet.parameters,
      reference,
      rounds,
      stacks: stacks.map(({ stack, rounds: compared, sameDurability }) => ({
        stack,
        rounds: compared,
        sameDurability,
      })),
      rows: rowsOf(comparison),
    };
  });
}

function rowsOf({ rows, equal, alike, stacks }: Comparison): readonly object[] {
  return [...rows, ...equal, ...alike].map(({ metric, phase, aggregator, unit, better, cells }) => ({
    metric,
    phase,
    aggregator,
    unit,
    better,
    cells: cells.map((cell, at) => ({ stack: stacks[at]?.stack, ...cell })),
  }));
}
