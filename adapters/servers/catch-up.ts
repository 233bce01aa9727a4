import type { Clock } from '../../core/clock.ts';
import { messageOf, TestbedError } from '../../core/error.ts';
import type { ProcessServer } from './process-server.ts';

const catchUpWithinMs = 30_000;
const lookEveryMs = 10;

/** Resolves when `hasAll` says that a replica has caught up; UNAVAILABLE, with its last words, when it takes too long. */
export async function awaitCatchUp(
  replica: ProcessServer,
  hasAll: () => Promise<boolean>,
  clock: Clock,
): Promise<void> {
  const deadline = clock.now() + catchUpWithinMs;
  let why = 'it is behind';
  for (;;) {
    try {
      if (await hasAll()) return;
    } catch (error) {
      why = messageOf(error);
    }
    if (clock.now() > deadline) break;
    await clock.sleep(lookEveryMs);
  }
  const seconds = catchUpWithinMs / 1_000;
  throw new TestbedError(
    'UNAVAILABLE',
    `a replica has not caught up within ${seconds} s: ${why}; its last lines:\n${replica.logTail()}`,
  );
}
