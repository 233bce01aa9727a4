import type { Plot } from '../plots/plot.ts';
import type { Verdict } from '../record.ts';

/** Where something that a report says comes from: enough to look it up, and to make it again. */
export interface Source {
  /** The results folder. */
  readonly run: string;
  /** `stress on sqlite #2`; of what follows from several cells, what they are. */
  readonly cell: string;
  /** Path of the record in the folder; null where it is of several cells. */
  readonly record: string | null;
  /** How it follows from what was recorded. */
  readonly rule: string;
}

/**
 * What a report can say in one place. A number that was measured has its sources, or is none; what no record holds is
 * `unmeasured`, and stands there as that.
 */
export type Datum = Words | Measured | Unmeasured;

export interface Words {
  readonly kind: 'words';
  readonly text: string;
}

export interface Measured {
  readonly kind: 'measured';
  readonly text: string;
  /** What it came to; null for what nobody judged. */
  readonly verdict: Verdict | null;
  readonly sources: readonly [Source, ...Source[]];
}

export interface Unmeasured {
  readonly kind: 'unmeasured';
  /** Why; null where it is plain. */
  readonly reason: string | null;
}

/** Pieces that are read one after another. */
export type Sentence = readonly Datum[];

export interface DataTable {
  readonly kind: 'table';
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Datum[])[];
}

export type Block =
  | { readonly kind: 'text'; readonly sentence: Sentence }
  | { readonly kind: 'list'; readonly items: readonly Sentence[] }
  | { readonly kind: 'commands'; readonly lines: readonly string[] }
  | { readonly kind: 'plot'; readonly plot: Plot }
  | DataTable;

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A whole report before any layout. */
export interface Quarterly {
  readonly title: string;
  readonly facts: readonly string[];
  readonly sections: readonly Section[];
}

export const words = (text: string): Words => ({ kind: 'words', text });

export const unmeasured = (reason: string | null = null): Unmeasured => ({ kind: 'unmeasured', reason });

/** Without a source it is not measured. */
export function measured(
  text: string,
  [first, ...others]: readonly Source[],
  verdict: Verdict | null = null,
): Datum {
  return first === undefined
    ? unmeasured()
    : { kind: 'measured', text, verdict, sources: [first, ...others] };
}

export const text = (...sentence: Sentence): Block => ({ kind: 'text', sentence });

export const list = (items: readonly Sentence[]): readonly Block[] =>
  items.length === 0 ? [] : [{ kind: 'list', items }];

export const table = (
  caption: string,
  head: readonly string[],
  rows: readonly (readonly Datum[])[],
): DataTable => ({ kind: 'table', caption, head, rows });

/** What a datum says without its sources. */
export function textOf(datum: Datum): string {
  if (datum.kind === 'unmeasured')
    return datum.reason === null ? 'not measured' : `not measured: ${datum.reason}`;
  return datum.text;
}
