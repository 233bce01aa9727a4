import type { Clock } from '../../core/clock.ts';
import type { AgentsRead } from '../sut.ts';

const askedEveryMs = 10;

/** An agent between a failure and its next start is on its way, not stranded: waits until there is none, or for `limitMs`. */
export async function awaitRestarts(agents: AgentsRead, clock: Clock, limitMs: number): Promise<void> {
  const limit = clock.now() + limitMs;
  while ((await agents.count({ status: 'retrying' })) > 0 && clock.now() < limit)
    await clock.sleep(askedEveryMs);
}
