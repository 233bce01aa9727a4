import type { LeakStudy } from '../reports/leaks/with-leaks.ts';
import type { Environment } from '../scenarios/run/environment.ts';
import type { GivenAddresses } from '../scenarios/run/provision.ts';
import type { CellProgress } from '../scenarios/run/run-cell.ts';
import type { Cell } from '../scenarios/scenario.ts';
import type { ProfilerName } from './profile/profiler.ts';

/** What the runner tells the process of a cell. */
export type ToCell = ({ readonly kind: 'run' } & CellOrder) | { readonly kind: 'stop' };

export interface CellOrder {
  readonly cell: Cell;
  /** Goes into the record: by it a run that goes on knows what it has. */
  readonly key: string;
  /** The results folder; the record's place in it follows from the cell. */
  readonly directory: string;
  /** Where the record goes; exists. The cell's other files go here too. */
  readonly outputDirectory: string;
  /** Exists; the stack's data goes here. Removed by whoever ends last. */
  readonly dataDirectory: string;
  readonly environment: Environment;
  /** Servers that somebody else runs. Never written down: an address may hold a password. */
  readonly given: GivenAddresses;
  /** Prefix of everything the cell keeps on a server that others use too. */
  readonly namespace: string;
  /** Somebody looks on: progress comes with what there is to see. */
  readonly watched: boolean;
  /** Only its memory is looked at, leg by leg; a trace is left instead of a record. Absent: it is played as any cell. */
  readonly probe?: { readonly snapshots: boolean };
  /** Looks on while it is played, and leaves files beside the record. */
  readonly profiler?: ProfilerName;
  /** Where the k6 is that plays the loads whose driver it is, as somebody said. Absent: nobody did. */
  readonly k6?: string;
  /** What processes before it came to whose memory was looked at; goes into its record. */
  readonly leaks?: LeakStudy;
}

/** What the process of a cell tells the runner. */
export type FromCell =
  | { readonly kind: 'progress'; readonly progress: CellProgress }
  /** The record is written: its path relative to the results folder; or the trace of a probe: its path. */
  | { readonly kind: 'done'; readonly record: string }
  /** The stack's adapters cannot do what the scenario asks of them. */
  | { readonly kind: 'unsupported'; readonly reason: string }
  /** What it had measured is gone with one of its workers. */
  | { readonly kind: 'died'; readonly message: string; readonly detail: string }
  /** It could not be run at all. `detail` is for the log: the stack of what was thrown. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly detail: string };
