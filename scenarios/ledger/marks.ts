import type { Ledger } from './ledger.ts';

/** How far a ledger had come at a time. What happened since is the difference. */
export interface Marks {
  /** The number that each producer gives next. */
  readonly next: Float64Array;
  readonly attempted: number;
  readonly missed: number;
  /** Deliveries of what was owed, each once. */
  readonly distinct: number;
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
    distinct: sum((row) => row.distinct),
    duplicates: sum((row) => row.duplicates),
    reordered: sum((row) => row.reordered),
    phantom: sum((row) => row.phantom),
  };
}

/** How many deliveries of what was sent before the marks have come since; 0 where only bounds are known. */
export function arrivedLate(ledger: Ledger, from: Marks): number {
  if (ledger.uncertain) return 0;
  return marksOf(ledger).distinct - from.distinct - ledger.count(from.next, ledger.sent).delivered;
}
