/** What the parent and the link process say to each other, by IPC. Every order has one answer, by its id. */
import type { ErrorCode } from '../../core/error.ts';
import type { Address } from './address.ts';
import type { RelayStats } from './relay.ts';
import type { RelayInput } from './relays.ts';
import type { ToxicInput } from './toxic.ts';

export interface LinkOrders {
  /** The first. Answers the URL of its API, null where none was asked for. */
  readonly begin: {
    readonly order: { readonly seed: number; readonly api?: string };
    readonly answer: { readonly api: string | null };
  };
  /** Answers where it listens. */
  readonly open: { readonly order: RelayInput; readonly answer: Address };
  readonly close: { readonly order: { readonly link: string }; readonly answer: null };
  /** Answers the toxic's name. */
  readonly add: {
    readonly order: { readonly link: string; readonly toxic: ToxicInput };
    readonly answer: string;
  };
  readonly remove: {
    readonly order: { readonly link: string; readonly name: string };
    readonly answer: null;
  };
  /** Leads somewhere else from now on; its connections are closed. */
  readonly lead: {
    readonly order: { readonly link: string; readonly upstream: string };
    readonly answer: null;
  };
  readonly reset: { readonly order: { readonly link: string }; readonly answer: null };
  readonly stats: { readonly order: { readonly link: string }; readonly answer: RelayStats };
}

export type OrderKind = keyof LinkOrders;

export type ToLink = {
  readonly [Kind in OrderKind]: {
    readonly id: number;
    readonly kind: Kind;
    readonly order: LinkOrders[Kind]['order'];
  };
}[OrderKind];

export type FromLink =
  | { readonly id: number; readonly answer: unknown }
  /** A code of null is a fault of our own. */
  | { readonly id: number; readonly error: { readonly code: ErrorCode | null; readonly message: string } };
