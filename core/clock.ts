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

/** What the monotonic clock of the machine showed when `performance.now()` was 0, in ms: as near as two readings in a row can tell. */
const zeroMs = Math.max(
  ...Array.from({ length: 5 }, () => Number(process.hrtime.bigint()) / 1e6 - performance.now()),
);

/** When the monotonic clock of this machine showed 0, by `systemClock`: with it `clockFrom` gives another process this clock. */
export const clockOriginMs = timeOrigin - zeroMs;

/**
 * The clock of the process whose `clockOriginMs` this is, to the microsecond, whatever has happened to the wall clock between
 * the starts of both. For processes of one machine: on another its monotonic clock shows something else altogether.
 */
export function clockFrom(originMs: number): Clock {
  const startMs = originMs + zeroMs;
  return { ...systemClock, now: () => startMs + performance.now() };
}
