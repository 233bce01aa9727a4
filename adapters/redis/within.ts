import type { Clock } from '../../core/clock.ts';

/** Resolves when `work` has ended, well or not, or after `ms`. True when it ended in time. */
export async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  let cancel: () => void = () => {};
  const late = new Promise<false>((resolve) => {
    cancel = clock.after(ms, () => resolve(false));
  });
  const ended = work.then(
    () => true as const,
    () => true as const,
  );
  const inTime = await Promise.race([ended, late]);
  cancel();
  return inTime;
}
