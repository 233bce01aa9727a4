import type { FaultOptions } from './fault.ts';
import { findFault } from './table.ts';

/** One fault as a scenario orders it, every unit a number. */
export interface FaultOrder {
  /** From the start of the measured load, in ms. */
  readonly atMs: number;
  /** Null: until the load ends; for a momentary fault: nothing to wait for. */
  readonly forMs: number | null;
  readonly fault: string;
  /** The target as written: `bus.server`. */
  readonly on: string;
  /** Which way of a link. */
  readonly direction: 'up' | 'down' | 'both';
  readonly options: FaultOptions;
}

/** Two faults of which the second would not find its target as it expects. */
export interface Conflict {
  readonly first: FaultOrder;
  readonly second: FaultOrder;
}

/**
 * The first two that cannot overlap: on one process any two (what is dead cannot be paused), elsewhere two of one kind,
 * since one would take the other back. Two names for one server count as one target.
 */
export function findConflict(orders: readonly FaultOrder[], sameServer: boolean): Conflict | null {
  const sorted = [...orders].sort((a, b) => a.atMs - b.atMs);
  for (const [index, second] of sorted.entries()) {
    const first = sorted
      .slice(0, index)
      .find((order) => endOf(order) > second.atMs && excludes(order, second, sameServer));
    if (first !== undefined) return { first, second };
  }
  return null;
}

/** A fault that is over in a moment keeps others off its target for so long, in ms. */
const momentMs = 2000;

/** When a fault is over, at the latest. */
export function endOf({ atMs, forMs, fault }: FaultOrder): number {
  if (forMs !== null) return atMs + forMs;
  return findFault(fault)?.momentary === true ? atMs + momentMs : Number.POSITIVE_INFINITY;
}

/** Whether the second would find its target otherwise than it expects while the first is not over. */
export function excludes(first: FaultOrder, second: FaultOrder, sameServer: boolean): boolean {
  const [one, other] = [first, second].map(({ on }) =>
    sameServer && on === 'storage.server' ? 'bus.server' : on,
  ) as [string, string];
  if (one !== other && !mayBeOne(one, other)) return false;
  const crossing =
    first.direction === second.direction || [first, second].some((order) => order.direction === 'both');
  return (isProcess(one) && isProcess(other)) || (first.fault === second.fault && crossing);
}

/** Whether the one that the seed picks of all nodes can be the other. */
function mayBeOne(one: string, other: string): boolean {
  const anyOf = (on: string): string => on.replace(/^node(\.(\d+|any))?(?=\.|$)/, 'node.any');
  return [one, other].some((on) => on.startsWith('node.any')) && anyOf(one) === anyOf(other);
}

function isProcess(on: string): boolean {
  return /server$|^node(\.\w+)?$|^gateway/.test(on);
}
