import type { GatePlan, IndexCell, RunRecord } from '../record.ts';
import type { ResultSet } from '../result-set.ts';
import { type GateReport, judgeGate } from './judge-gate.ts';
import type { GateCell } from './rounds.ts';

/** What the cells of the two sides are called, as stacks. */
export const sideNames = ['base', 'head'] as const;

/** The answer of a gate that was played, from what it left: each look has its share of the chance of a false alarm. */
export function gateOf(
  { alpha, looks, rules, named }: GatePlan,
  result: Pick<ResultSet, 'records'> & { readonly index: { readonly cells: readonly IndexCell[] } },
): GateReport {
  return judgeGate(gateCells(result.index.cells, result.records), {
    rules,
    named,
    alpha: alpha / looks.length,
  });
}

/** The rounds of both sides, by scenario. */
export function gateCells(
  cells: readonly IndexCell[],
  records: readonly (RunRecord | null)[],
): readonly GateCell[] {
  const titles = new Map<string, Map<number, { base: RunRecord | null; head: RunRecord | null }>>();
  for (const [at, { scenario, parameters = {}, stack, iteration }] of cells.entries()) {
    const title = [scenario, ...Object.entries(parameters).map(([field, value]) => `${field}=${value}`)].join(
      ' ',
    );
    const rounds = titles.get(title) ?? new Map<number, { base: RunRecord | null; head: RunRecord | null }>();
    const round = rounds.get(iteration) ?? { base: null, head: null };
    if (stack === 'base' || stack === 'head') round[stack] = records[at] ?? null;
    titles.set(title, rounds.set(iteration, round));
  }
  return [...titles].map(([title, rounds]) => ({ title, rounds: [...rounds.values()] }));
}
