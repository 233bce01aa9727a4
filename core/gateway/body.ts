import { isUtf8 } from 'node:buffer';
import { TestbedError } from '../error.ts';
import { assertPlain } from './validate.ts';

/** Bytes from outside as the JSON they hold. INVALID_ARGUMENT for anything else; wrong UTF-8 is not repaired. */
export function readJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new TestbedError('INVALID_ARGUMENT', 'the body is not UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new TestbedError('INVALID_ARGUMENT', `the body is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
  assertPlain(value);
  return value;
}
