import type { Workload } from '../../scenarios/scenario.ts';

/** A workload of ten agents that do nothing for ten seconds, but for what is said otherwise. */
export function workloadOf(parts: Partial<Workload>): Workload {
  return {
    agents: 10,
    lifetime: null,
    swarms: null,
    branching: false,
    spawnOverMs: 0,
    subscribers: { count: 1, late: 0 },
    payload: { bytes: 16, compressible: 0 },
    arrivals: 'constant',
    eventsPerS: 0,
    messagesPerS: 0,
    transitionsPerS: 0,
    concurrency: 1,
    inFlight: 1_000_000,
    batch: 100,
    deadlineMs: 5000,
    drainMs: 1000,
    phases: [{ name: 'steady', forMs: 10_000, warmup: false, rateFrom: 1, rateTo: 1 }],
    chain: null,
    events: { delivery: 'async', queueLimit: 10_000, whenFull: 'block', logLimit: 1000 },
    ...parts,
  };
}
