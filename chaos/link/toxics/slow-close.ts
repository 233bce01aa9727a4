import type { ShaperMaker } from '../piece.ts';
import { shaping, type ToxicKind } from './toxic-kind.ts';

/** Only the end of what is sent is held back. */
export function closeAfter(delayMs: number): ShaperMaker {
  return () => (piece) => [piece.data === null ? { ...piece, dueMs: piece.dueMs + delayMs } : piece];
}

export const slowClose: ToxicKind<'delay'> = {
  name: 'slow_close',
  what: 'the end of a connection arrives `delay` ms later',
  attributes: { delay: { unit: 'ms', min: 0, max: 3_600_000, default: 0 } },
  apply: shaping(({ attributes }) => closeAfter(attributes.delay)),
};
