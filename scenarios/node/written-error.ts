import { isTestbedError, messageOf, TestbedError } from '../../core/error.ts';
import type { WrittenError } from './protocol.ts';

export function writeError(error: unknown): WrittenError {
  return { code: isTestbedError(error) ? error.code : null, message: messageOf(error) };
}

export function readError({ code, message }: WrittenError): Error {
  return code === null ? new Error(message) : new TestbedError(code, message);
}
