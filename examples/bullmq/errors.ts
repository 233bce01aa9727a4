import { isTestbedError, messageOf, TestbedError } from 'testbed';

/** What Redis says when it has refused: nothing was changed. */
const refusals = [
  ['OOM', 'FULL'],
  ['MISCONF', 'FULL'],
  ['LOADING', 'UNAVAILABLE'],
  ['READONLY', 'UNAVAILABLE'],
  ['MASTERDOWN', 'UNAVAILABLE'],
] as const;

/** What the clients threw, in Testbed's words. Unless Redis has refused it, it may have been done: TIMEOUT. */
export function translate(error: unknown, what: string): TestbedError {
  if (isTestbedError(error)) return error;
  const text = messageOf(error);
  const refusal = refusals.find(([prefix]) => text.startsWith(prefix));
  return new TestbedError(refusal?.[1] ?? 'TIMEOUT', `${what}: ${text}`, { cause: error });
}
