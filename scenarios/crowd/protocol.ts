import type { HistogramMetric, StoredHistogram } from '../../reports/record.ts';
import type { Disturbance, PhaseSpan } from '../measure/phases.ts';
import type { WrittenError } from '../node/protocol.ts';
import type { Connections } from '../scenario.ts';
import type { Range } from './seen.ts';

/** Who the clients are, and where they go. */
export interface CrowdOrder {
  /** Of the gateways; WebSockets are dealt out to them in turn. */
  readonly urls: readonly string[];
  readonly connections: Connections;
  /** There are faults, so that there is a before, a during and an after. */
  readonly isDisturbed: boolean;
  /** Of chance: how long each waits before it comes back. */
  readonly seed: number;
}

/** What became of opening all WebSockets. */
export interface CrowdOpened {
  readonly open: number;
  /** Those that got none, and what the first of them was told. */
  readonly refused: number;
  readonly refusal: string | null;
  /** Due -> open, and subscribed to what it subscribes to. Null: none is. */
  readonly connect: Measured | null;
}

/** A histogram as a record has it. */
export interface Measured {
  readonly metric: HistogramMetric;
  readonly stored: StoredHistogram;
}

/** What the clients have seen of the measured time. */
export interface CrowdReport {
  /** By name of the phase, null for all of them; those without a sample are left out. Of clients that keep up. */
  readonly delivery: readonly (readonly [phase: string | null, measured: Measured])[];
  /** Events handed to clients that keep up before the load was over. */
  readonly deliveries: number;
  readonly duplicates: number;
  /** Owed to clients that keep up, and never come. */
  readonly lost: number;
  /** Left out by gateways, as they said. */
  readonly dropped: number;
  /** A connection broke -> it is there again with its subscription. Null: none broke. */
  readonly reconnect: Measured | null;
  readonly reconnects: number;
  /** WebSockets that are open at the end. */
  readonly open: number;
  /** Of those that have stood still; null: none had to. */
  readonly slow: SlowReport | null;
  /** While the load played. */
  readonly cpuS: number;
  /** How late timers of that process fired; null: too few to tell. */
  readonly eventLoopDelayP99Ms: number | null;
}

export interface SlowReport {
  /** Times that a gateway closed one of them for being slow. */
  readonly disconnects: number;
  readonly dropped: number;
  readonly lost: number;
}

export type ToCrowd =
  | { readonly do: 'open'; readonly order: CrowdOrder }
  /** The measured time begins. `first`: the number from which on each producer counts. */
  | { readonly do: 'begin'; readonly spans: readonly PhaseSpan[]; readonly first: readonly number[] }
  /** The first fault is about to strike, or the last is seen healed. */
  | { readonly do: 'disturb'; readonly which: keyof Disturbance; readonly atMs: number }
  | { readonly do: 'load is over' }
  /** Waits until all that is owed has come, or `withinMs` have passed, and then reports. */
  | {
      readonly do: 'end';
      readonly owed: readonly (readonly Range[])[];
      readonly withinMs: number;
    };

export type FromCrowd =
  | { readonly said: 'opened'; readonly opened: CrowdOpened }
  | { readonly said: 'begun' }
  | { readonly said: 'report'; readonly report: CrowdReport }
  | { readonly said: 'failed'; readonly error: WrittenError };
