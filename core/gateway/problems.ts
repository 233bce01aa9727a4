import { type ErrorCode, isTestbedError } from '../error.ts';

/** Where each code of ours stands in HTTP. What a client did wrong is never a 5xx. */
export const statuses: { readonly [code in ErrorCode]: number } = {
  INVALID_ARGUMENT: 400,
  INVALID_CONFIG: 400,
  UNAUTHORIZED: 401,
  NOT_FOUND: 404,
  CONFLICT: 409,
  DUPLICATE: 409,
  ILLEGAL_TRANSITION: 409,
  OUT_OF_RANGE: 410,
  NOT_OWNER: 421,
  CORRUPT: 500,
  UNSUPPORTED: 501,
  CLOSED: 503,
  FENCED: 503,
  INTERRUPTED: 503,
  OVERLOADED: 503,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
  FULL: 507,
};

/** The body of every answer that is not what was asked for. */
export interface Problem {
  readonly error: { readonly code: string; readonly message: string };
}

export interface Refusal {
  readonly status: number;
  readonly body: Problem;
}

export function refusal(status: number, code: string, message: string): Refusal {
  return { status, body: { error: { code, message } } };
}

/** What a client is told of an error. One that is none of ours is our own fault, and its words are not for clients. */
export function refusalOf(error: unknown): Refusal {
  if (isTestbedError(error)) return refusal(statuses[error.code] ?? 500, error.code, error.message);
  const { statusCode, message } = error as { readonly statusCode?: number; readonly message?: string };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return refusal(statusCode, refusedAs[statusCode] ?? 'INVALID_ARGUMENT', message ?? 'refused');
  return refusal(500, 'INTERNAL', 'the gateway has made a mistake; its log says which');
}

/** What the framework refuses by itself. */
const refusedAs: { readonly [status: number]: string } = {
  404: 'NOT_FOUND',
  413: 'TOO_LARGE',
  415: 'INVALID_ARGUMENT',
  429: 'OVERLOADED',
};
