import type { Verdict } from '../reports/record.ts';
import type { Environment } from '../scenarios/run/environment.ts';
import type { CellProgress } from '../scenarios/run/run-cell.ts';
import type { Cell } from '../scenarios/scenario.ts';

/** What the runner tells the process of a cell. */
export type ToCell =
  | {
      readonly kind: 'run';
      readonly cell: Cell;
      /** Exists; the record and the cell's other files go here. */
      readonly outputDirectory: string;
      /** Exists; the stack's data goes here. Removed by whoever ends last. */
      readonly dataDirectory: string;
      readonly environment: Environment;
    }
  | { readonly kind: 'stop' };

/** What the process of a cell tells the runner. */
export type FromCell =
  | { readonly kind: 'progress'; readonly progress: CellProgress }
  | { readonly kind: 'done'; readonly verdict: Verdict }
  | { readonly kind: 'unsupported'; readonly reason: string }
  /** It could not be run at all. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

export const recordName = 'record.json';
