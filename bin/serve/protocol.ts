import type { GatewayOptions } from '../../core/gateway/options.ts';
import type { LeaseRules } from '../../core/nodes/membership.ts';
import type { GivenAddresses } from '../../scenarios/run/provision.ts';
import type { Stack } from '../../scenarios/scenario.ts';

/** A stack to be served, as the process that does it is told. */
export interface ServeOrder {
  readonly stack: Stack;
  readonly durability: string;
  /** Servers that run already; what is not here is started. */
  readonly given: GivenAddresses;
  /** Prefix of everything that is kept on a server: gateways that share one see the same agents and events. */
  readonly namespace: string;
  /** Exists; what is started keeps its data here. */
  readonly directory: string;
  /** Owns the agents that are spawned here. */
  readonly node: string;
  /** It is one of several on the stack, and owns agents under a lease; null: it is not. */
  readonly lease: Pick<LeaseRules, 'leaseMs' | 'rebalance'> | null;
  /** Numbers what this node tells of itself; different for each node of a stack. */
  readonly producer: number;
  readonly seed: number;
  readonly version: string;
  readonly gateway: GatewayOptions;
  readonly drainMs: number;
}

/** What is served, once it is. */
export interface Served {
  readonly url: string;
  readonly pid: number;
  readonly node: string;
  readonly stack: string;
  readonly namespace: string;
  /** Of the servers of its own, by kind: another gateway can be given them. */
  readonly servers: { readonly [kind: string]: string };
}

export type ToServe = { readonly kind: 'serve'; readonly order: ServeOrder } | { readonly kind: 'stop' };

export type FromServe =
  | { readonly kind: 'ready'; readonly served: Served }
  /** An error that no client could be told. */
  | { readonly kind: 'mishap'; readonly message: string }
  /** It could not be served, or not be ended as it should. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };
