import type { Clock } from '../../core/clock.ts';
import type { IntegerOption } from '../adapter.ts';
import { isBusy, translate } from './errors.ts';

const firstPauseMs = 1;
const longestPauseMs = 25;

/** How long to leave a lock alone before the next try. */
export function pauseMs(attempt: number): number {
  return Math.min(firstPauseMs * 2 ** attempt, longestPauseMs);
}

/** Does `action`; while another process holds the lock, again, for `boundMs` at most. Errors come out translated. */
export async function patiently<T>(clock: Clock, boundMs: number, file: string, action: () => T): Promise<T> {
  const giveUpAt = clock.now() + boundMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return action();
    } catch (error) {
      if (!isBusy(error) || clock.now() >= giveUpAt) throw translate(error, file);
    }
    await clock.sleep(pauseMs(attempt));
  }
}

export const busyOption: IntegerOption = {
  default: 5_000,
  min: 0,
  max: 600_000,
  meaning: 'how long an operation keeps trying while another process holds the lock',
};
