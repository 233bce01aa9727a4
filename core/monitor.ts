import { getHeapStatistics } from 'node:v8';
import { type Clock, systemClock } from './clock.ts';
import { TestbedError } from './error.ts';
import { eventTally } from './event-tally.ts';

/** Something passed its threshold. */
export interface PerformanceAlert {
  readonly kind: 'heap' | 'event-rate';
  /** Bytes, or events per second. */
  readonly value: number;
  readonly threshold: number;
  /** Clock milliseconds. */
  readonly at: number;
}

export interface MonitorSettings {
  /** Alert above this heap in use, in bytes. Absent: not watched. */
  readonly heapThreshold?: number;
  /** Alert above this many events a second. Absent: not watched. */
  readonly eventRateThreshold?: number;
  /** Called once when a threshold is passed, and again only after the value had come back under it. */
  readonly alertHandler: (alert: PerformanceAlert) => void;
  /** How often to look; default 1000. */
  readonly intervalMs?: number;
}

export interface PerformanceMonitor {
  /** Watches from now on; a monitor that was watching goes on with the new settings. */
  start(settings: MonitorSettings): void;
  stop(): void;
}

export interface MonitorParts {
  readonly clock: Clock;
  /** Bytes in use. */
  readonly heapUsed: () => number;
  /** Events since some beginning. */
  readonly eventCount: () => number;
}

export function createPerformanceMonitor({ clock, heapUsed, eventCount }: MonitorParts): PerformanceMonitor {
  let cancel: (() => void) | null = null;
  const stop = (): void => {
    cancel?.();
    cancel = null;
  };
  const start = (settings: MonitorSettings): void => {
    const { heapThreshold, eventRateThreshold, alertHandler, intervalMs = 1000 } = settings;
    for (const value of [heapThreshold ?? 0, eventRateThreshold ?? 0, intervalMs])
      if (!(value >= 0)) throw new TestbedError('INVALID_ARGUMENT', `not a threshold or interval: ${value}`);
    stop();
    const above = new Set<PerformanceAlert['kind']>();
    const compare = (kind: PerformanceAlert['kind'], value: number, threshold: number, at: number): void => {
      if (value <= threshold) above.delete(kind);
      else if (!above.has(kind)) {
        above.add(kind);
        alertHandler({ kind, value, threshold, at });
      }
    };
    let count = eventCount();
    let lookedAt = clock.now();
    const look = (): void => {
      cancel = clock.after(intervalMs, look);
      const now = clock.now();
      const events = eventCount();
      const rate = now > lookedAt ? ((events - count) * 1000) / (now - lookedAt) : 0;
      count = events;
      lookedAt = now;
      if (heapThreshold !== undefined) compare('heap', heapUsed(), heapThreshold, now);
      if (eventRateThreshold !== undefined) compare('event-rate', rate, eventRateThreshold, now);
    };
    cancel = clock.after(intervalMs, look);
  };
  return { start, stop };
}

/** Watches this process: its heap, and the events that all its event buses receive. */
export const performanceMonitor: PerformanceMonitor = createPerformanceMonitor({
  clock: systemClock,
  heapUsed: () => getHeapStatistics().used_heap_size,
  eventCount: () => eventTally.received,
});
