import { cellVerdicts, type ResultSet } from '../reports/result-set.ts';
import { exitCodeOf, type FailOn } from '../reports/verdict.ts';

/** What a result on the disk comes to: its index, its records, and whether these may be believed. 1 wins over 2. */
export function exitCodeOfResult(result: ResultSet, failOn: FailOn): 0 | 1 | 2 {
  const doubted = result.doubts.length > 0 ? (['INCONCLUSIVE'] as const) : [];
  return exitCodeOf([...cellVerdicts(result), result.index.verdict, ...doubted], failOn);
}
