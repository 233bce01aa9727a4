import type { PhaseSpan } from '../measure/phases.ts';
import { Tally } from '../measure/tally.ts';
import type { Workload } from '../scenario.ts';
import { type Ended, Ending } from './ending.ts';
import type { Load } from './load.ts';
import type { CellContext } from './run-cell.ts';

function uncountedSpans(nowMs: number): readonly PhaseSpan[] {
  return [{ name: 'uncounted', fromMs: nowMs, toMs: Number.POSITIVE_INFINITY }];
}

/** A tally for what no number of the record counts, from now on. */
export function uncountedTally(nowMs: number): Tally {
  return new Tally(uncountedSpans(nowMs));
}

/** The first population, all at once; it stands still until the warm-up, which it works through. */
export async function populate(load: Load, { cell, clock, signal }: CellContext): Promise<void> {
  const { deadlineMs, drainMs } = cell.scenario.workload;
  await load.populate(clock.now(), deadlineMs + drainMs, signal);
}

/**
 * Plays phases with the same load, and waits until nothing of it is under way; no number of the record counts it. `label`:
 * what the seed is forked by, so that each part has operations of its own.
 */
export async function playUncounted(
  load: Load,
  context: CellContext,
  phases: Workload['phases'],
  label: string,
  tally = uncountedTally(context.clock.now()),
): Promise<Ended> {
  const { clock, cell, signal, progress } = context;
  await load.prepare?.(phases);
  const startMs = load.startsAt(clock);
  const { totalMs } = load.plan(phases, label);
  await load.begin({ label, phases, startMs, spans: uncountedSpans(startMs), tally, isMeasured: false });
  await load.play(signal, (elapsedMs) => progress({ phase: label, elapsedMs, totalMs, eventsPerS: null }));
  await load.finish?.(signal);
  const { drainMs } = cell.scenario.workload;
  const ending = new Ending(load, clock);
  await ending.settle(startMs + totalMs, drainMs, signal);
  return ending.drain(drainMs, signal);
}
