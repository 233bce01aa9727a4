/**
 * The one error class. Callers match on `code`, which is stable; messages are for people.
 * Adapters translate native errors at their edge and keep the original as `cause`.
 */
export type ErrorCode =
  /** A compare-and-set found another version than it expected. */
  | 'CONFLICT'
  /** What was asked for does not exist. */
  | 'NOT_FOUND'
  /** An id that must be new exists already. */
  | 'DUPLICATE'
  /** The state table does not allow this transition. */
  | 'ILLEGAL_TRANSITION'
  /** The node that writes has lost its lease: nothing that it asks for under it is stored any more. */
  | 'FENCED'
  /** Another node owns the agent: it is to be asked. */
  | 'NOT_OWNER'
  /** The store or bus cannot be reached now; the operation certainly did not happen and may be tried again. */
  | 'UNAVAILABLE'
  /** No answer in time: the outcome is unknown. */
  | 'TIMEOUT'
  /** A bound was reached and the stated policy refused the work. */
  | 'OVERLOADED'
  /** Used after close. */
  | 'CLOSED'
  /** The disk or the server's memory is full. */
  | 'FULL'
  /** A replay asked for something the bus no longer holds. */
  | 'OUT_OF_RANGE'
  /** Stored data cannot be read back as what it should be. */
  | 'CORRUPT'
  /** This stack, machine or user cannot do it, and never will as configured. */
  | 'UNSUPPORTED'
  /** A person's input is wrong: file, flag, URL, module. Exit code 3. */
  | 'INVALID_CONFIG'
  /** A caller's argument is wrong. */
  | 'INVALID_ARGUMENT'
  /** The caller has not shown that it may ask. */
  | 'UNAUTHORIZED'
  /** Stopped on request. */
  | 'INTERRUPTED';

export class TestbedError extends Error {
  override readonly name = 'TestbedError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/**
 * True when `error` is ours and carries one of `codes` (any code when none is named). By name, not by class: an adapter
 * from elsewhere may have this package installed a second time, and its errors mean the same.
 */
export function isTestbedError(error: unknown, ...codes: readonly ErrorCode[]): error is TestbedError {
  if (!(error instanceof Error) || error.name !== 'TestbedError') return false;
  return codes.length === 0 || codes.includes((error as TestbedError).code);
}

/** One line for a person, whatever was thrown. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'something was thrown that has no words';
  }
}
