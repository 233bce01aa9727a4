import type { Piece, ShaperMaker } from '../piece.ts';
import { shaping, type ToxicKind } from './toxic-kind.ts';

/** Parts of a piece are as large as goes through in this time, so that a slow line flows and does not gush. */
const partMs = 50;

/** At most `rate` thousand bytes go through in a second; nothing is saved up while the line is idle. */
export function paceAt(rate: number): ShaperMaker {
  const partBytes = rate * partMs;
  return (nowMs) => {
    let freeMs = nowMs;
    return (piece) => {
      const start = Math.max(freeMs, piece.dueMs);
      if (piece.data === null) return [{ ...piece, dueMs: start }];
      const parts: Piece[] = [];
      for (let from = 0; from < piece.data.length; from += partBytes) {
        const data = piece.data.subarray(from, from + partBytes);
        parts.push({ ...piece, data, dueMs: start + (from + data.length) / rate });
      }
      freeMs = start + piece.data.length / rate;
      return parts;
    };
  };
}

export const bandwidth: ToxicKind<'rate'> = {
  name: 'bandwidth',
  what: 'at most `rate` thousand bytes a second',
  attributes: { rate: { unit: 'kB/s', min: 1, max: 100_000_000, default: null } },
  apply: shaping(({ attributes }) => paceAt(attributes.rate)),
};
