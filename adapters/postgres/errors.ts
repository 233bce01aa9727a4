import { type ErrorCode, messageOf, TestbedError } from '../../core/error.ts';
import { redacted } from './address.ts';

/** An error message of the server, as `pg` hands it over. */
export interface ServerError extends Error {
  readonly severity: string;
  readonly code: string;
  readonly detail?: string;
}

/** What the server's own codes (SQLSTATE, or its two-character class) mean here. Where one is listed, nothing was changed. */
const meanings: { readonly [state: string]: ErrorCode } = {
  '08': 'UNAVAILABLE',
  '22': 'INVALID_ARGUMENT',
  '23505': 'DUPLICATE',
  '25006': 'UNAVAILABLE',
  '28': 'INVALID_CONFIG',
  '3D': 'INVALID_CONFIG',
  '3F': 'CORRUPT',
  '40': 'UNAVAILABLE',
  '42501': 'INVALID_CONFIG',
  '42P01': 'CORRUPT',
  '42883': 'CORRUPT',
  '53': 'UNAVAILABLE',
  '53100': 'FULL',
  '53200': 'FULL',
  '54': 'INVALID_ARGUMENT',
  '55P03': 'UNAVAILABLE',
  '57': 'UNAVAILABLE',
  '58': 'UNAVAILABLE',
  XX000: 'UNAVAILABLE',
  XX001: 'CORRUPT',
  XX002: 'CORRUPT',
};

/** A statement in a deadlock, or one that lost against a concurrent change: undone as a whole, so that it can be run again. */
const retried: readonly string[] = ['40P01', '40001'];

export function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && 'code' in error;
}

export function isRetried(error: unknown): boolean {
  return isServerError(error) && retried.includes(error.code);
}

/** The connection is of no further use after it. */
export function endsConnection(error: unknown): boolean {
  return !isServerError(error) || error.severity !== 'ERROR';
}

/**
 * What came of a statement that was sent and failed. `unknown`: the server may have carried it out all the same, which
 * only matters when it writes. An error that is not listed is a mistake of ours and stays as it is.
 */
export function statementError(error: unknown, { unknown }: { readonly unknown: boolean }): unknown {
  if (!isServerError(error) || (unknown && endsConnection(error))) {
    const code = unknown && !isUnsent(error) ? 'TIMEOUT' : 'UNAVAILABLE';
    return new TestbedError(code, `Postgres: ${messageOf(error)}`, { cause: error });
  }
  const code = meanings[error.code] ?? meanings[error.code.slice(0, 2)];
  if (code === undefined) return error;
  return new TestbedError(code, `Postgres: ${error.message} (${error.code})`, { cause: error });
}

/** Why there is no connection: nothing was sent. `url` is shown without its password. */
export function connectError(error: unknown, url: string): unknown {
  const message = `Postgres at ${redacted(url)}: ${reasonOf(error)}`;
  if (isServerError(error)) {
    const code = meanings[error.code] ?? meanings[error.code.slice(0, 2)];
    return code === undefined ? error : new TestbedError(code, message, { cause: error });
  }
  const code = isOurMistake(error) ? 'INVALID_CONFIG' : 'UNAVAILABLE';
  return new TestbedError(code, message, { cause: error });
}

/** `pg` had noticed that the connection was gone before it sent anything. */
function isUnsent(error: unknown): boolean {
  return /is not queryable/.test(messageOf(error));
}

/** No certificate of theirs will be better, and no password or file of ours appear, by trying again. */
function isOurMistake(error: unknown): boolean {
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  return (
    isUntrusted(error) ||
    syscall === 'open' ||
    /TLS|SSL/.test(code) ||
    /SSL|SASL|password/i.test(messageOf(error))
  );
}

function isUntrusted(error: unknown): boolean {
  return /CERT|ISSUER|SIGNATURE/.test((error as NodeJS.ErrnoException).code ?? '');
}

/** A failure to connect to both addresses of one name has no message of its own. */
function reasonOf(error: unknown): string {
  if (isUntrusted(error))
    return `its certificate is not trusted (${(error as NodeJS.ErrnoException).code}); ?sslrootcert=FILE or NODE_EXTRA_CA_CERTS names a file of further authorities`;
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return messageOf(error);
}
