import { inspect, isDeepStrictEqual } from 'node:util';
import { type ErrorCode, isTestbedError, messageOf } from '../../core/error.ts';

/** Fails, naming `what`, unless both are the same all through. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what}: expected ${brief(expected)}, got ${brief(actual)}`);
}

export function expectTrue(what: string, holds: boolean): void {
  if (!holds) throw new Error(what);
}

/** Fails unless `call` rejects with one of our errors of this code. */
export async function expectRejection(
  what: string,
  code: ErrorCode,
  call: () => Promise<unknown>,
): Promise<void> {
  let promise: Promise<unknown>;
  try {
    promise = call();
  } catch (error) {
    throw new Error(`${what}: threw instead of rejecting: ${messageOf(error)}`);
  }
  const outcome = await promise.then(
    () => 'resolved',
    (error: unknown) => (isTestbedError(error) ? error.code : `rejected with ${messageOf(error)}`),
  );
  if (outcome !== code) throw new Error(`${what}: expected a rejection with ${code}, got: ${outcome}`);
}

function brief(value: unknown): string {
  const text = inspect(value, {
    depth: 4,
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
    maxArrayLength: 20,
    maxStringLength: 80,
  });
  return text.length > 600 ? `${text.slice(0, 600)} ...` : text;
}
