import type { Workload } from '../scenario.ts';

/** The part of a load that falls to one of several processes. */
export interface Share {
  /** Which of them, from 0. */
  readonly number: number;
  readonly of: number;
}

/** Which of so many processes an agent slot belongs to, and with it all that its agents do. */
export function ownerOf(slot: number, workers: number): number {
  return slot % workers;
}

export function isOwn(slot: number, { number, of }: Share): boolean {
  return ownerOf(slot, of) === number;
}

/** How many of `count` things, dealt out one by one, fall to a share. */
export function dealt(count: number, { number, of }: Share): number {
  return Math.ceil(Math.max(0, count - number) / of);
}

/**
 * The workload as one of several processes plays it: bounds and callers are dealt out, and agent slots keep their numbers,
 * so that the seed gives each process the same plan, of which it does its own.
 */
export function shareOf(workload: Workload, share: Share): Workload {
  const { inFlight, batch, concurrency, subscribers } = workload;
  return {
    ...workload,
    inFlight: Math.max(batch, dealt(inFlight, share)),
    concurrency: dealt(concurrency, share),
    subscribers: { ...subscribers, count: dealt(subscribers.count, share) },
  };
}
