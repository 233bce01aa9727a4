import type { Random } from '../../../core/random.ts';
import type { Piece, ShaperMaker } from '../piece.ts';
import { shaping, type ToxicKind } from './toxic-kind.ts';

/** Where a run of `length` bytes is cut: ascending, the last is `length`; each slice `average` bytes, give or take. */
export function cutsOf(
  length: number,
  average: number,
  variation: number,
  random: Random,
): readonly number[] {
  const cuts: number[] = [];
  for (let at = 0; at < length; ) {
    const vary = variation === 0 ? 0 : random.integer(-variation, variation);
    at = Math.min(length, at + Math.max(1, average + vary));
    cuts.push(at);
  }
  return cuts;
}

/** Cuts what is sent into small packets, and waits `delayMs` after each. */
export function sliceInto(average: number, variation: number, delayMs: number, random: Random): ShaperMaker {
  return () => {
    let freeMs = 0;
    return (piece) => {
      const start = Math.max(freeMs, piece.dueMs);
      if (piece.data === null) return [{ ...piece, dueMs: start }];
      const { data } = piece;
      const slices: Piece[] = [];
      let from = 0;
      for (const to of cutsOf(data.length, average, variation, random)) {
        slices.push({ ...piece, data: data.subarray(from, to), dueMs: start + slices.length * delayMs });
        from = to;
      }
      freeMs = start + slices.length * delayMs;
      return slices;
    };
  };
}

export const slicer: ToxicKind<'average_size' | 'size_variation' | 'delay'> = {
  name: 'slicer',
  what: 'what is sent arrives in packets of `average_size` bytes, give or take `size_variation`, `delay` us apart',
  attributes: {
    average_size: { unit: 'B', min: 1, max: 1_000_000_000, default: null },
    size_variation: { unit: 'B', min: 0, max: 1_000_000_000, default: 0 },
    delay: { unit: 'us', min: 0, max: 3_600_000_000, default: 0 },
  },
  apply: shaping(({ attributes: { average_size, size_variation, delay }, random }) =>
    sliceInto(average_size, size_variation, delay / 1000, random),
  ),
};
