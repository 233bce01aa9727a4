import type { AckTimesPart } from './ack-times.ts';
import type { Samples } from './originals.ts';

/** Numbers of one producer as closed ranges, one after another: from, to, from, to. */
export type Ranges = readonly [producer: number, ends: Float64Array];

export type RowEvidence = { readonly [kind in 'duplicate' | 'rewound' | 'reordered' | 'phantom']: string[] };

/** A row on its way to another process. */
export interface RowPart {
  readonly name: string;
  /** The sequence number expected next, per producer. */
  readonly next: Float64Array;
  readonly holes: readonly Ranges[];
  readonly counts: {
    readonly distinct: number;
    readonly duplicates: number;
    readonly rewound: number;
    readonly reordered: number;
    readonly phantom: number;
    readonly corrupt: number;
    readonly early: number;
  };
  readonly lastRepeated: ReadonlyMap<number, number>;
  readonly uncertain: boolean;
  readonly evidence: RowEvidence;
}

/** A ledger, or what one process has of a shared one, on its way to another process. */
export interface LedgerPart {
  readonly what: string;
  readonly producers: number;
  /** Of the producers of that process; of the others nothing is known there. */
  readonly sent: Float64Array;
  readonly epoch: Float64Array;
  readonly excused: readonly Ranges[];
  readonly counts: {
    readonly attempted: number;
    readonly missed: number;
    readonly refused: number;
    readonly doubted: number;
  };
  /** Null: left out. */
  readonly acks: AckTimesPart | null;
  /** Deliveries that were compared with what was sent. */
  readonly compared: number;
  readonly rows: readonly RowPart[];
}

/** Some contents of what was sent in a process, and of what arrived there that was sent in others. */
export interface LedgerSamples {
  readonly sent: Samples;
  /** Null: nothing is sent elsewhere. */
  readonly heard: Samples | null;
}

export function rangesOf(ranges: Iterable<readonly [from: number, to: number]>): Float64Array {
  return Float64Array.from([...ranges].flat());
}

export function* eachRange(ends: Float64Array): Generator<readonly [from: number, to: number]> {
  for (let at = 0; at < ends.length; at += 2) yield [ends[at] as number, ends[at + 1] as number];
}
