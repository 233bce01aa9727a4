import type { GatewaySite } from '../drivers/gateway-system.ts';
import type { LedgerPart, LedgerSamples } from '../ledger/part.ts';
import type { Share } from '../load/share.ts';
import type { HistogramPart } from '../measure/histogram.ts';
import type { TallyPart } from '../measure/tally.ts';
import type { NodeOrder } from '../node/order.ts';
import type { WrittenError } from '../node/protocol.ts';
import type { Stretch } from '../run/load.ts';
import type { UnderWay } from '../run/under-way.ts';
import type { Cell } from '../scenario.ts';

/** What a worker is to be. */
export interface WorkerOrder {
  readonly cell: Cell;
  readonly share: Share;
  /** Of the process of the cell: its clock is everybody's. */
  readonly clockOriginMs: number;
  readonly startedAtMs: number;
  readonly way: Way;
  /** Where it writes down what it does to stored agents and sees of them. */
  readonly controlPath: string;
  /** Where its orchestrator may keep files; exists. */
  readonly directory: string;
}

/** How a worker reaches the system under test: an orchestrator of its own on the stack, or the gateway of one that runs. */
export type Way =
  | ({ readonly kind: 'stack' } & Pick<NodeOrder, 'bus' | 'storage' | 'hot'>)
  | ({ readonly kind: 'gateway' } & Pick<GatewaySite, 'url' | 'driver'>);

export type StretchOrder = Omit<Stretch, 'tally'>;

/** How far a worker is, and all that it has counted. */
export interface Look {
  readonly events: LedgerPart;
  readonly messages: LedgerPart;
  /** Of what was sent and what arrived, in the end. Null: left out. */
  readonly samples: LedgerSamples | null;
  /** Of the stretch that plays, or played last. */
  readonly tally: TallyPart;
  readonly open: UnderWay['open'];
  /** Spawns acknowledged here; those of them whose start was not seen here; and starts seen here of agents of others. */
  readonly starts: { readonly acknowledged: number; readonly missing: number; readonly foreign: number };
  readonly filled: number;
  readonly subscriptions: number;
  /** By subscriber: the name of its row, and how many events its handler was called with. */
  readonly calls: readonly (readonly [row: string, calls: number])[];
  readonly unanswered: readonly (readonly [what: string, times: number])[];
  /** Events that full queues have discarded; null: the system cannot say. */
  readonly dropped: number | null;
}

/** How a worker was when its part of a stretch had been played. */
export interface Ended {
  readonly look: Look;
  readonly cpuS: number;
  readonly rssMaxBytes: number;
  readonly loopDelay: HistogramPart;
}

export type ToWorker =
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly method: string;
      readonly parameters: readonly unknown[];
    }
  /** The load that plays ends; `all`: and no other begins. */
  | { readonly kind: 'stop'; readonly all: boolean };

export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly error: WrittenError }
  /** Said again and again while a load plays. */
  | { readonly kind: 'look'; readonly look: Look }
  /** Said again and again from its beginning on. */
  | { readonly kind: 'alive' };

/** How often a worker says that it lives, and how it looks while it plays, in ms. */
export const aliveEveryMs = 500;
export const lookEveryMs = 200;
