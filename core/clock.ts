import { setTimeout as wait } from 'node:timers/promises';

/** Time as a parameter. Everything that asks what time it is, or waits, is given one of these. */
export interface Clock {
  /**
   * Milliseconds since the Unix epoch with microsecond digits, never running backwards: comparable between the
   * processes of one machine, and untouched by a step of the wall clock after the process started.
   */
  now(): number;
  /** Resolves after `ms`, or rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `action` once after `ms`; the returned function cancels. Never keeps the process alive. */
  after(ms: number, action: () => void): () => void;
}

const { timeOrigin } = performance;

export const systemClock: Clock = {
  now: () => timeOrigin + performance.now(),
  async sleep(ms, signal) {
    try {
      await wait(ms, undefined, signal ? { signal } : undefined);
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
  after(ms, action) {
    const timer = setTimeout(action, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
