import type { Clock } from '../../../core/clock.ts';

/** Between two attempts to reach a server that does not answer. */
export const retryMs = 20;

/** Waits; not for as long when the signal aborts. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
