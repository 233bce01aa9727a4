import type { IndexCell, ResultIndex, RunRecord, Verdict } from './record.ts';
import type { NamedResult } from './side-by-side.ts';
import { summaryVerdict } from './verdict.ts';

/** A results folder in memory: what every report is made from. */
export interface ResultSet {
  /** The folder, as the user named it. */
  readonly directory: string;
  readonly index: ResultIndex;
  /** `records[i]` belongs to `index.cells[i]`; null where the cell left none. */
  readonly records: readonly (RunRecord | null)[];
  /** Where the folder contradicts itself, one sentence each. Empty for a result that may be believed. */
  readonly doubts: readonly string[];
  /** The results that stand side by side in it. Absent: it is one. */
  readonly parts?: readonly NamedResult[];
}

/** What is known of a cell: the worse of what the index and its own record say, should they differ. */
export function cellVerdict(cell: IndexCell, record: RunRecord | null): Verdict {
  return record === null ? cell.verdict : summaryVerdict([cell.verdict, record.verdict]);
}

export function cellVerdicts({ index, records }: Pick<ResultSet, 'index' | 'records'>): readonly Verdict[] {
  return index.cells.map((cell, at) => cellVerdict(cell, records[at] ?? null));
}
