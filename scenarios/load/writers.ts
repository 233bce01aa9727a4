import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GeneratorParts } from './generator.ts';
import { isOwn } from './share.ts';

/**
 * Closed model of transitions: `writers` callers, each pausing or resuming an agent of its own, back to back. For
 * saturation only, as `arrivals: closed` is for events.
 */
export async function playWriters(parts: GeneratorParts, startMs: number): Promise<void> {
  const { workload, plan, population, clock, signal, share } = parts;
  const writer = async (slot: number): Promise<void> => {
    while (!signal.aborted && clock.now() - startMs < plan.totalMs) {
      const answered = population.transition(slot);
      // Its agent does not run yet.
      if (answered === undefined) await clock.sleep(1);
      else {
        await answered;
        // A store that answers in the same turn must not keep the turn for itself.
        await nextTurn();
      }
    }
  };
  const slots = Array.from({ length: workload.writers ?? 0 }, (_, slot) => slot);
  await Promise.all(slots.filter((slot) => share === undefined || isOwn(slot, share)).map(writer));
}
