import type { Ledger } from './ledger.ts';

/** How far a ledger had come at a time. What happened since is the difference. */
export interface Marks {
  /** The number that each producer gives next. */
  readonly next: Float64Array;
  readonly attempted: number;
  readonly missed: number;
  readonly duplicates: number;
  readonly reordered: number;
  readonly phantom: number;
}

/** Copies as much as there are producers. */
export function marksOf({ sent, attempted, missed, rows }: Ledger): Marks {
  const sum = (pick: (row: (typeof rows)[number]) => number): number =>
    rows.reduce((total, row) => total + pick(row), 0);
  return {
    next: sent.map((sequence) => sequence + 1),
    attempted,
    missed,
    duplicates: sum((row) => row.duplicates),
    reordered: sum((row) => row.reordered),
    phantom: sum((row) => row.phantom),
  };
}
