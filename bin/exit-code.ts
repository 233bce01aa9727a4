import { gateOf } from '../reports/gate/of-result.ts';
import type { ResultSet } from '../reports/result-set.ts';
import { judgedVerdicts } from '../reports/search/of-result.ts';
import { exitCodeOf, type FailOn } from '../reports/verdict.ts';

/** What a result on the disk comes to: its index, its records, and whether these may be believed. 1 wins over 2. */
export function exitCodeOfResult(result: ResultSet, failOn: FailOn): 0 | 1 | 2 {
  const doubted = result.doubts.length > 0 ? (['INCONCLUSIVE'] as const) : [];
  // Of a gate the answer counts: what its cells came to by themselves is the same matter on both sides.
  if (result.index.gate !== undefined)
    return exitCodeOf([gateOf(result.index.gate, result).verdict, ...doubted], failOn);
  return exitCodeOf([...judgedVerdicts(result), result.index.verdict, ...doubted], failOn);
}
