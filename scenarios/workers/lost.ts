import { isTestbedError, TestbedError } from '../../core/error.ts';

const lost = Symbol('a worker was lost');

/** What a load comes to of which a part is missing: nothing that it measured can be told. */
export function workerLost(which: number, pid: number, how: string): TestbedError {
  const message = `load worker ${which + 1} (pid ${pid}) ${how}: what it had counted is gone with it`;
  return new TestbedError('UNAVAILABLE', message, { cause: lost });
}

export function isWorkerLost(error: unknown): error is TestbedError {
  return isTestbedError(error) && error.cause === lost;
}
