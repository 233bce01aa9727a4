import { TestbedError } from '../core/error.ts';
import type { Cursor, PageRequest } from '../core/storage.ts';
import { cursorOf } from './requests.ts';

/** Removals that a storage can still tell of, the newest; who was told of none of these begins again. */
export const removalsKept = 10_000;

/** How far a caller has been told of changes. */
export interface Told {
  /** What the places count in; another one says nothing about them. */
  readonly epoch: string;
  readonly places: readonly number[];
}

/** A cursor of a change log, which has so many places. */
export function cursorOfTold({ epoch, places }: Told): Cursor {
  return [...places, epoch].join('.');
}

/** What a caller has been told; null when nothing. INVALID_ARGUMENT when the limit or the cursor is none. */
export function toldBefore({ after, limit }: PageRequest, places: number): Told | null {
  cursorOf({ limit }, 0);
  if (after === undefined) return null;
  const parts = after.split('.');
  const epoch = parts.pop() ?? '';
  const numbers = parts.map(Number);
  const areWhole = parts.every((part) => /^\d{1,16}$/.test(part)) && numbers.every(Number.isSafeInteger);
  if (parts.length !== places || !areWhole || !/^[\w-]*$/.test(epoch))
    throw new TestbedError('INVALID_ARGUMENT', `"${after}" is no cursor of this adapter's changes`);
  return { epoch, places: numbers };
}

/** What happened after that place is not known any more. */
export function cannotTell(why: string): TestbedError {
  return new TestbedError('OUT_OF_RANGE', `what has changed since can no longer be told: ${why}`);
}
