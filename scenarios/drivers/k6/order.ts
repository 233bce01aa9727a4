import type { EventType } from '../../../core/event.ts';
import type { RatePiece } from '../../load/rate.ts';

/** What our script is told, in a file: a virtual user reads it once. */
export interface K6Order {
  /** Of the gateway. */
  readonly url: string;
  /** Answers when the schedule begins. */
  readonly startUrl: string;
  readonly deadlineMs: number;
  readonly agents: readonly string[];
  /** What the first virtual user calls itself in what it sends; each other has the next number. */
  readonly firstProducer: number;
  /** What each had sent before, so that its numbers go on. */
  readonly sent: readonly number[];
  readonly rates: { readonly events: readonly RatePiece[]; readonly reads: readonly RatePiece[] };
}

/** What events are made of, in a file that all virtual users share. */
export interface K6Draft {
  readonly type: EventType;
  readonly data: string;
}
