import { drawFaults, type NemesisPlan } from '../../chaos/nemesis.ts';
import { createRandom } from '../../core/random.ts';
import type { RunRecord } from '../../reports/record.ts';
import type { Workload } from '../../scenarios/scenario.ts';
import { type Decorations, playShortCell } from '../doubles/short-cell.ts';
import type { Double } from '../doubles/table.ts';

/** A double counts as found only within so many seeds. */
export const mostSeeds = 10;

/** How a broken double was found: by a drill of this seed, in which these checks failed. Seed null: by none. */
export interface Found {
  readonly double: string;
  readonly seed: number | null;
  readonly checks: readonly string[];
}

/** What goes wrong in a drill in virtual time: on the calls of a memory stack, as it has no more. */
const plan: NemesisPlan = {
  afterMs: 1200,
  everyMs: { min: 200, max: 500 },
  forMs: { min: 300, max: 600 },
  from: [
    { fault: 'lost-reply', options: { probability: 0.2 } },
    { fault: 'error', options: { probability: 0.6 } },
    { fault: 'timeout', options: { probability: 0.2, after: 200 } },
    { fault: 'delay', options: { probability: 1, delay: 20, jitter: 20 } },
  ],
  on: ['bus.calls', 'storage.calls'],
  atMost: 2,
};
/** Time to come back in after the last fault: what does not come back is seen only then. */
const playedMs = 6000;
const calmMs = 6000;

const workload: Partial<Workload> = {
  eventsPerS: 200,
  messagesPerS: 100,
  deadlineMs: 1000,
  chain: null,
  phases: [{ name: 'steady', forMs: playedMs + calmMs, warmup: false, rateFrom: 1, rateTo: 1 }],
};

/** A drill on a memory stack in virtual time, seen through the decorations (none: a sound system): the same every time. */
export function playDecorated(decorations: Decorations, seed: number): Promise<RunRecord> {
  const faults = drawFaults(plan, playedMs, false, createRandom(seed));
  return playShortCell({ ...decorations, workload: { ...decorations.workload, ...workload }, faults, seed });
}

/** Drills a double with one seed after another until a check fails that the same drill of a sound system passes. */
export async function findDouble({ name, broken }: Double): Promise<Found> {
  for (let seed = 1; seed <= mostSeeds; seed++) {
    const failed = failedIn(await playDecorated(broken, seed));
    if (failed.length === 0) continue;
    const blameless = failedIn(await playDecorated({}, seed));
    const checks = failed.filter((check) => !blameless.includes(check));
    if (checks.length > 0) return { double: name, seed, checks };
  }
  return { double: name, seed: null, checks: [] };
}

export function failedIn({ checks }: RunRecord): readonly string[] {
  return checks.filter(({ verdict }) => verdict === 'FAIL').map(({ check }) => check);
}
