import { type ErrorCode, TestbedError } from '../../core/error.ts';

/** What an operation is asked with, as the gateway's table of operations says. */
export interface CallParts {
  readonly path?: { readonly [name: string]: string };
  readonly query?: { readonly [name: string]: string | number | undefined };
  readonly body?: object;
}

/** A way to the operations of a gateway. */
export interface Caller {
  /**
   * Rejects with the code that the gateway gives; UNAVAILABLE when it was certainly not asked, TIMEOUT when it was and nobody
   * knows what came of it.
   */
  call(operation: string, parts?: CallParts): Promise<unknown>;
  close(): Promise<void>;
}

/** What a gateway says of that which it refuses. */
export interface Refused {
  readonly error?: { readonly code: string; readonly message: string };
}

/** A fault of its own has no code of ours: what became of that call nobody knows. */
export function errorOf({ error }: Refused): TestbedError {
  if (error === undefined) return new TestbedError('CORRUPT', 'the gateway has answered what is no answer');
  const { code, message } = error;
  return new TestbedError(code === 'INTERNAL' ? 'TIMEOUT' : (code as ErrorCode), message);
}
