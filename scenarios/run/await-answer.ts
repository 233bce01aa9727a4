import type { Clock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import type { AgentsRead } from '../sut.ts';

const withinMs = 5_000;
const askEveryMs = 20;

/** Resolves once the storage answers: clients that a fault has cut off connect again in a moment. Rejects with what it said last. */
export async function awaitAnswer(agents: AgentsRead, clock: Clock): Promise<void> {
  for (const untilMs = clock.now() + withinMs; ; ) {
    try {
      await agents.find({}, { limit: 1 });
      return;
    } catch (error) {
      if (!isTestbedError(error, 'UNAVAILABLE') || clock.now() >= untilMs) throw error;
      await clock.sleep(askEveryMs);
    }
  }
}
