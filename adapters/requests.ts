import { TestbedError } from '../core/error.ts';
import type { Token } from '../core/nodes/life.ts';
import type { PageRequest } from '../core/storage.ts';

const maxLimit = 10_000;

/** Checks a page request; the number that its cursor holds, or `start` without one. INVALID_ARGUMENT otherwise. */
export function cursorOf({ after, limit }: PageRequest, start: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw new TestbedError('INVALID_ARGUMENT', `a page has 1 to ${maxLimit} items, not ${limit}`);
  }
  return after === undefined ? start : parsePosition('cursor', after);
}

/** A cursor or offset that holds a whole number; INVALID_ARGUMENT when it holds something else. */
export function parsePosition(what: 'cursor' | 'offset', text: string): number {
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) {
    throw new TestbedError('INVALID_ARGUMENT', `"${text}" is no ${what} of this adapter`);
  }
  return value;
}

/** What is inserted starts at version 1; INVALID_ARGUMENT otherwise. */
export function checkNew(items: readonly { readonly id: string; readonly version: number }[]): void {
  for (const { id, version } of items) {
    if (version !== 1) {
      throw new TestbedError(
        'INVALID_ARGUMENT',
        `"${id}" is inserted at version ${version}; new records have 1`,
      );
    }
  }
}

export function fenced(token: Token): TestbedError {
  return new TestbedError(
    'FENCED',
    `life ${token} of a node has lost its lease: nothing that it writes is stored`,
  );
}

export function duplicate(id: string): TestbedError {
  return new TestbedError('DUPLICATE', `"${id}" exists already`);
}
