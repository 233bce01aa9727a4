import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getSystemErrorMessage } from 'node:util';
import { isTestbedError, messageOf } from '../core/error.ts';

/** What a person is told of an error: one line, or one a problem where a file has several. Stacks go to the log. */
export interface Explained {
  /** A TestbedError's code, the system's, or INTERNAL: a fault of our own. */
  readonly code: string;
  readonly text: string;
}

export function explain(error: unknown): Explained {
  if (isTestbedError(error)) return { code: error.code, text: error.message };
  if (isSystemError(error)) {
    const { path, syscall, errno, code } = error;
    return { code, text: `${path ?? `cannot ${syscall}`}: ${getSystemErrorMessage(errno)}` };
  }
  if (isRecordError(error)) return { code: error.code, text: error.message };
  return { code: 'INTERNAL', text: `a fault of our own: ${messageOf(error)}${placeOf(error)}` };
}

interface SystemError extends Error {
  readonly errno: number;
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
}

/** The operating system refused: no space, no permission, no such file. */
export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'errno' in error && typeof error.errno === 'number';
}

/** A result on disk is not what it should be. reports/ has an error class of its own; its code says so. */
export function isRecordError(error: unknown): error is Error & { readonly code: 'INVALID_RECORD' } {
  return error instanceof Error && 'code' in error && error.code === 'INVALID_RECORD';
}

/** ` (./my-bus/bus.ts:12)`: where in somebody's file Node could not go on reading; empty where it does not say. */
export function syntaxPlaceOf(error: unknown): string {
  if (!(error instanceof SyntaxError)) return '';
  const [, place = '', line = ''] = /^((?:file:\/)?\/.+):(\d+)\n/.exec(error.stack ?? '') ?? [];
  if (place === '') return '';
  const file = place.startsWith('file:') ? fileURLToPath(place) : place;
  const near = relative(process.cwd(), file);
  return ` (${near.startsWith('..') ? file : `./${near}`}:${line})`;
}

/** ` (bin/select.ts:54)`: where a fault of our own came from, for whoever reports it. */
function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const [, url = '', line = ''] = /(file:\/\/[^\s()]+?):(\d+):\d+/.exec(stack) ?? [];
  return url === '' ? '' : ` (${relative(process.cwd(), fileURLToPath(url))}:${line})`;
}
