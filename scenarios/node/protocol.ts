import type { ErrorCode } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';

/** Something asked of a node, answered under the same number. */
export interface Call {
  readonly id: number;
  readonly method: string;
  readonly parameters: readonly unknown[];
}

/** An error as it goes from one process to another; the code is null of what is no error of ours. */
export interface WrittenError {
  readonly code: ErrorCode | null;
  readonly message: string;
}

/** `error`: it was not done as asked, or nobody knows. */
export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: WrittenError };

/** A batch that somebody's handler is done with; until then a node gives that subscription no other. */
export interface Handled {
  readonly subscription: number;
  /** What the handler threw. Absent: nothing. */
  readonly error?: WrittenError;
}

/** What the process of a cell tells a node: first of all once what it is to be, then, all that came up in one turn of its loop. */
export type ToNode<Order> =
  | { readonly kind: 'open'; readonly order: Order }
  | { readonly kind: 'work'; readonly calls: readonly Call[]; readonly handled: readonly Handled[] };

/** What a node tells the process of the cell. */
export type FromNode =
  /** It is there. `able`: which of what a system need not have its own has. */
  | { readonly kind: 'open'; readonly able: readonly string[] }
  | { readonly kind: 'failed'; readonly error: WrittenError }
  /** All that came up in one turn. A batch that several subscriptions get is in it once. */
  | {
      readonly kind: 'work';
      readonly answers: readonly Answer[];
      readonly batches: readonly (readonly Message[])[];
      readonly deliveries: readonly Delivery[];
      /** Events that full queues have discarded so far, where the system can say. */
      readonly dropped: number;
    };

export type Delivery = readonly [subscription: number, batch: number];
