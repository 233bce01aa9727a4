import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FaultKind } from '../fault.ts';

const resolutionMs = 5;
/** Looks of the monitor before its silence means anything. */
const leastLooks = 5;

export const eventLoopStall: FaultKind = {
  name: 'event-loop-stall',
  meaning: 'Something in our own process computes and does not let go: nothing else runs meanwhile.',
  targets: ['process'],
  options: {
    stall: { type: 'duration', min: 10, max: 10_000, default: 100, meaning: 'how long at a time' },
    every: { type: 'duration', min: 20, max: 60_000, default: 500, meaning: 'from one to the next' },
  },
  prepare(_target, { stall, every }, { clock }) {
    let cancel: (() => void) | null = null;
    let monitor: ReturnType<typeof monitorEventLoopDelay> | null = null;
    let watchedSinceMs = 0;
    const block = (): void => {
      for (const untilMs = clock.now() + (stall as number); clock.now() < untilMs; );
      cancel = clock.after(Math.max(0, (every as number) - (stall as number)), block);
    };
    const watch = (): void => {
      monitor?.disable();
      monitor = monitorEventLoopDelay({ resolution: resolutionMs });
      monitor.enable();
      watchedSinceMs = clock.now();
    };
    return {
      undo: [],
      async inject() {
        watch();
        cancel = clock.after(0, block);
      },
      async heal() {
        cancel?.();
        cancel = null;
        if (monitor !== null) watch();
      },
      inForce: () => monitor !== null && monitor.max / 1e6 >= 0.8 * (stall as number),
      healed() {
        if (monitor === null) return true;
        if (monitor.count < leastLooks) return false;
        if (monitor.max / 1e6 < 0.5 * (stall as number)) {
          // Between two stalls it is as quiet.
          if (clock.now() - watchedSinceMs <= (every as number)) return false;
          monitor.disable();
          return true;
        }
        // A machine that is busy with other things looks the same for a moment.
        watch();
        return false;
      },
    };
  },
};
