import type { Clock } from '../clock.ts';
import { TestbedError } from '../error.ts';

/**
 * Settles as `call` does, or rejects with TIMEOUT when it has not after `deadlineMs`. Nobody knows then whether what was
 * asked for happens; what is answered later is for nobody.
 */
export function withinDeadline<T>(call: () => Promise<T>, deadlineMs: number, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(deadlineMs, () =>
      reject(new TestbedError('TIMEOUT', `no answer within ${deadlineMs} ms`)),
    );
    call().then(resolve, reject).finally(cancel);
  });
}
