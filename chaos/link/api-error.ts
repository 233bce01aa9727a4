import { isTestbedError, messageOf } from '../../core/error.ts';

/** An answer that is no success, with the status and the words of Toxiproxy. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const badBody = (why: string): ApiError => new ApiError(400, `bad request body: ${why}`);
export const missing = (field: string): ApiError => new ApiError(400, `missing required field: ${field}`);
export const proxyNotFound = (): ApiError => new ApiError(404, 'proxy not found');
export const proxyExists = (): ApiError => new ApiError(409, 'proxy already exists');
export const toxicNotFound = (): ApiError => new ApiError(404, 'toxic not found');
export const toxicExists = (): ApiError => new ApiError(409, 'toxic already exists');
export const invalidToxicType = (): ApiError => new ApiError(400, 'invalid toxic type');
export const invalidStream = (): ApiError =>
  new ApiError(400, 'stream was invalid, can be either upstream or downstream');

/** What a caller is told of any error: its own mistakes as such, a port that is taken and faults of ours as 500. */
export function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (isTestbedError(error, 'INVALID_ARGUMENT', 'INVALID_CONFIG')) return badBody(error.message);
  return new ApiError(500, messageOf(error));
}
