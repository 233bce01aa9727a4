import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { isTestbedError, messageOf, TestbedError } from 'testbed';

/** Whether what failed may have changed something. */
export type Intent = 'read' | 'write';

/** Of the API, for "there is no room": memory, file store, or the account's own limits. */
const full: readonly number[] = [10002, 10023, 10028, 10047, 10077];

/**
 * What the client threw, in Testbed's words. No answer to a write is TIMEOUT, since it may have been done; what the
 * server has refused, or nobody was there to hear, certainly was not.
 */
export function translate(error: unknown, what: string, intent: Intent): TestbedError {
  if (isTestbedError(error)) return error;
  const said = `${what}: ${messageOf(error)}`;
  const options = { cause: error };
  if (error instanceof JetStreamApiError)
    return new TestbedError(full.includes(error.code) ? 'FULL' : 'UNAVAILABLE', said, options);
  if (isUnheard(error)) return new TestbedError('UNAVAILABLE', `${what}: no stream takes it`, options);
  if (error instanceof errors.InvalidArgumentError)
    return new TestbedError('INVALID_ARGUMENT', said, options);
  if (error instanceof errors.ClosedConnectionError) return new TestbedError('UNAVAILABLE', said, options);
  return new TestbedError(intent === 'write' ? 'TIMEOUT' : 'UNAVAILABLE', said, options);
}

/** The stream is not there: never made, or gone with the memory of a server that was restarted. */
export function isGone(error: unknown): boolean {
  const isUnknown = error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;
  return isUnknown || isUnheard(error);
}

/** Nobody listens on the subject: the client wraps what says so. */
function isUnheard(error: unknown): boolean {
  const { cause } = error as Error;
  return cause instanceof errors.RequestError && cause.isNoResponders();
}
