import { type ErrorCode, TestbedError } from '../../core/error.ts';

/**
 * What SQLite's result codes mean to a caller; the longest prefix that fits decides. Anything not listed is a bug of
 * ours and stays what it is.
 */
const meanings: readonly (readonly [prefix: string, code: ErrorCode])[] = [
  ['SQLITE_BUSY', 'UNAVAILABLE'],
  ['SQLITE_LOCKED', 'UNAVAILABLE'],
  ['SQLITE_PROTOCOL', 'UNAVAILABLE'],
  ['SQLITE_FULL', 'FULL'],
  // The pages may or may not survive: nobody can know before a restart.
  ['SQLITE_IOERR_FSYNC', 'TIMEOUT'],
  ['SQLITE_IOERR_DIR_FSYNC', 'TIMEOUT'],
  ['SQLITE_IOERR', 'UNAVAILABLE'],
  ['SQLITE_CANTOPEN', 'UNAVAILABLE'],
  ['SQLITE_READONLY', 'UNAVAILABLE'],
  ['SQLITE_NOMEM', 'UNAVAILABLE'],
  ['SQLITE_CORRUPT', 'CORRUPT'],
  ['SQLITE_NOTADB', 'CORRUPT'],
  ['SQLITE_TOOBIG', 'INVALID_ARGUMENT'],
  ['SQLITE_CONSTRAINT_UNIQUE', 'DUPLICATE'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 'DUPLICATE'],
];

/** SQLite's name for what went wrong; undefined when it was not SQLite. */
export function nativeCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}

/** Somebody else holds the lock; it passes. */
export function isBusy(error: unknown): boolean {
  return nativeCode(error)?.startsWith('SQLITE_BUSY') ?? false;
}

/** Our error for a native one, with the original as its cause; anything else unchanged. */
export function translate(error: unknown, file: string): unknown {
  const native = nativeCode(error);
  if (native === undefined) return error;
  const meaning = meanings
    .filter(([prefix]) => native.startsWith(prefix))
    .sort(([a], [b]) => b.length - a.length)[0];
  if (meaning === undefined) return error;
  return new TestbedError(meaning[1], `sqlite ${file}: ${(error as Error).message} (${native})`, {
    cause: error,
  });
}
