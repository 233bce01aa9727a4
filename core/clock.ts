import { setTimeout as wait } from 'node:timers/promises';

/** Time as a parameter. Everything that asks what time it is, or waits, is given one of these. */
export interface Clock {
  /**
   * Milliseconds since the Unix epoch with microsecond digits, never running backwards: comparable between the
   * processes of one machine, and untouched by a step of the wall clock after the process started.
   */
  now(): number;
  /** Resolves after `ms`, at once when that is not above 0, or rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `action` once after `ms`, as soon as can be when that is not above 0; the returned function cancels. Never keeps the process alive. */
  after(ms: number, action: () => void): () => void;
}

const { timeOrigin } = performance;

export const systemClock: Clock = {
  now: () => timeOrigin + performance.now(),
  async sleep(ms, signal) {
    try {
      await wait(Math.max(0, ms), undefined, signal ? { signal } : undefined);
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
  after(ms, action) {
    const timer = setTimeout(action, Math.max(0, ms));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
