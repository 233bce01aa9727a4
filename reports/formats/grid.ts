import { cellVerdict, type ResultSet } from '../result-set.ts';
import { isProbe } from '../search/of-result.ts';
import { summaryVerdict } from '../verdict.ts';
import type { Paint } from './colour.ts';
import { type Line, type LineCell, layColumns } from './columns.ts';
import { plainText } from './number-text.ts';

/**
 * Every scenario on every stack with its verdict, for a result of several scenarios: the worst of its cells, and of how
 * many where they differ. Empty where one table has said it all.
 */
export function gridText(result: ResultSet, width: number, paint: Paint): string {
  const { cells } = result.index;
  const scenarios = [...new Set(cells.map(({ scenario }) => scenario))];
  const stacks = [...new Set(cells.map(({ stack }) => stack))];
  if (scenarios.length < 2) return '';
  const lines = scenarios.map((scenario): Line => {
    const own = stacks.map((stack) => gridCell(result, scenario, stack));
    return {
      group: scenario,
      label: plainText(scenario),
      aggregator: '',
      threshold: '',
      cells: own,
      optional: true,
    };
  });
  const headings = stacks.map((stack) => ({ lines: [plainText(stack)], companion: false }));
  return layColumns(headings, lines, width, paint, '');
}

function gridCell({ index, records }: ResultSet, scenario: string, stack: string): LineCell {
  const isHere = (one: { readonly scenario: string; readonly stack: string }): boolean =>
    one.scenario === scenario && one.stack === stack;
  const given = [
    ...index.cells.flatMap((cell, at) =>
      isHere(cell) && !isProbe(index, cell) ? [cellVerdict(cell, records[at] ?? null)] : [],
    ),
    ...(index.searches ?? []).filter(isHere).map(({ answer }) => answer.verdict),
  ];
  if (given.length === 0) return { value: '', verdict: null };
  const verdict = summaryVerdict(given);
  const same = given.filter((one) => one === verdict).length;
  return { value: same === given.length ? '' : `${same} of ${given.length}`, verdict };
}
