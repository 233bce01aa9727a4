import { createRandom } from '../../core/random.ts';
import { Tally } from '../measure/tally.ts';
import type { Workload } from '../scenario.ts';
import { type Ended, Ending } from './ending.ts';
import type { CellContext } from './run-cell.ts';
import type { Session } from './session.ts';

/** A tally for what no number of the record counts, from now on. */
export function uncountedTally(nowMs: number): Tally {
  return new Tally([{ name: 'uncounted', fromMs: nowMs, toMs: Number.POSITIVE_INFINITY }]);
}

/** The first population, all at once; it stands still until the warm-up, which it works through. */
export async function populate(session: Session, { cell, clock, signal }: CellContext): Promise<void> {
  const random = createRandom(cell.seed).fork('first population');
  const { deadlineMs, drainMs } = cell.scenario.workload;
  const nowMs = clock.now();
  await session.population.renew('warm', nowMs, 0, random);
  await new Ending(session, clock).settle(nowMs, deadlineMs + drainMs, signal);
}

/**
 * Plays phases with the same load, and waits until nothing of it is under way; no number of the record counts it. `label`:
 * what the seed is forked by, so that each part has operations of its own.
 */
export async function playUncounted(
  session: Session,
  context: CellContext,
  phases: Workload['phases'],
  label: string,
  tally = uncountedTally(context.clock.now()),
): Promise<Ended> {
  const { clock, cell, signal, progress } = context;
  const startMs = clock.now();
  const plan = session.plan(phases, label);
  session.count(tally);
  session.population.restart(startMs);
  await session.play({
    phases,
    startMs,
    tally,
    plan,
    signal,
    beat: (elapsedMs) => progress({ phase: label, elapsedMs, totalMs: plan.totalMs, eventsPerS: null }),
  });
  const { drainMs } = cell.scenario.workload;
  const ending = new Ending(session, clock);
  await ending.settle(startMs + plan.totalMs, drainMs, signal);
  return ending.drain(drainMs, signal);
}
