import type { Clock } from '../../core/clock.ts';

/** Resolves when the work is done, whatever came of it, or after so long without it: for what must end whatever the server does. */
export function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve);
    const done = (): void => {
      cancel();
      resolve();
    };
    work.then(done, done);
  });
}
