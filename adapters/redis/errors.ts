import { type ErrorCode, isTestbedError, messageOf, TestbedError } from '../../core/error.ts';

/** How Redis begins its refusals, and what each means to a caller. All of them are given before anything was done. */
const refusals: readonly (readonly [prefix: string, code: ErrorCode])[] = [
  ['OOM', 'FULL'],
  // The disk does not take what would have to be persisted.
  ['MISCONF', 'FULL'],
  ['NOAUTH', 'INVALID_CONFIG'],
  ['WRONGPASS', 'INVALID_CONFIG'],
  ['NOPERM', 'INVALID_CONFIG'],
  ['ERR invalid password', 'INVALID_CONFIG'],
  ['ERR AUTH', 'INVALID_CONFIG'],
  ['ERR Client sent AUTH', 'INVALID_CONFIG'],
  ['ERR DB index', 'INVALID_CONFIG'],
  ['DENIED', 'INVALID_CONFIG'],
  ['LOADING', 'UNAVAILABLE'],
  ['BUSY', 'UNAVAILABLE'],
  ['MASTERDOWN', 'UNAVAILABLE'],
  ['CLUSTERDOWN', 'UNAVAILABLE'],
  ['READONLY', 'UNAVAILABLE'],
  ['NOREPLICAS', 'UNAVAILABLE'],
  ['NOSCRIPT', 'UNAVAILABLE'],
  ['ERR max number of clients', 'UNAVAILABLE'],
  ['NOGROUP', 'NOT_FOUND'],
  ['WRONGTYPE', 'CORRUPT'],
];

/** Whether a command that went unanswered may have changed something. */
export type Intent = 'read' | 'write';

/**
 * A failed command in our words. No answer to a write is TIMEOUT, since it may have been done; no answer to a read
 * is UNAVAILABLE, since asking again does no harm. What is neither known nor a lost connection is a bug, and
 * passes as it is.
 */
export function translate(error: unknown, what: string, intent: Intent): unknown {
  if (isTestbedError(error)) return error;
  forgetArguments(error);
  const text = messageOf(error);
  if (error instanceof Error && error.name === 'ReplyError') {
    const known = refusals.find(([prefix]) => text.startsWith(prefix));
    return known === undefined ? error : new TestbedError(known[1], `${what}: ${text}`, { cause: error });
  }
  if (isNeverSent(text)) return new TestbedError('UNAVAILABLE', `${what}: not connected`, { cause: error });
  if (!isUnanswered(text)) return error;
  const code = intent === 'write' ? 'TIMEOUT' : 'UNAVAILABLE';
  return new TestbedError(code, `${what}: the connection was lost before an answer came`, { cause: error });
}

/** Why a connection cannot be made, in our words; `error` is the last that the client saw. */
export function translateConnect(error: unknown, what: string): TestbedError {
  if (messageOf(error).startsWith('Socket timeout'))
    return new TestbedError('UNAVAILABLE', `${what}: connected, but it does not answer`, { cause: error });
  const translated = translate(error, what, 'read');
  if (isTestbedError(translated, 'INVALID_CONFIG', 'UNAVAILABLE')) return translated;
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code !== undefined && /CERT|ISSUER|SIGNATURE/.test(code))
    return new TestbedError(
      'INVALID_CONFIG',
      `${what}: its certificate is not trusted (${code}); NODE_EXTRA_CA_CERTS names a file of further authorities`,
      { cause: error },
    );
  const why = code === undefined ? messageOf(error) : (systemErrors[code] ?? code);
  return new TestbedError('UNAVAILABLE', `${what}: ${why}`, { cause: error });
}

const systemErrors: { readonly [code: string]: string } = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name service does not answer',
  ETIMEDOUT: 'no answer to the connection attempt',
  EHOSTUNREACH: 'no route to host',
};

/** The client puts the whole command into an error: AUTH with its password, or a payload of megabytes. */
function forgetArguments(error: unknown): void {
  const { command } = error as { command?: { args?: unknown } };
  if (command !== undefined) delete command.args;
}

function isNeverSent(text: string): boolean {
  return text.startsWith("Stream isn't writeable");
}

/** The client's words for commands that were in flight when their connection ended. */
function isUnanswered(text: string): boolean {
  return (
    text.startsWith('Reached the max retries per request') ||
    text.startsWith('Connection is closed') ||
    text.startsWith('Command aborted') ||
    text.startsWith('Socket timeout')
  );
}
