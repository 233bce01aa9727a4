import type { Random } from '../../../core/random.ts';
import type { ShaperMaker } from '../piece.ts';
import { shaping, type ToxicKind } from './toxic-kind.ts';

/** Everything goes out `latency` ms after it came, give or take up to `jitter` ms, and still in order. */
export function delayBy(latencyMs: number, jitterMs: number, random: Random): ShaperMaker {
  return () => {
    let lastMs = 0;
    return (piece) => {
      const jitter = jitterMs === 0 ? 0 : (random.next() * 2 - 1) * jitterMs;
      lastMs = Math.max(lastMs, piece.dueMs + Math.max(0, latencyMs + jitter));
      return [{ ...piece, dueMs: lastMs }];
    };
  };
}

export const latency: ToxicKind<'latency' | 'jitter'> = {
  name: 'latency',
  what: 'what is sent arrives `latency` ms later, give or take `jitter` ms, in order',
  attributes: {
    latency: { unit: 'ms', min: 0, max: 3_600_000, default: 0 },
    jitter: { unit: 'ms', min: 0, max: 3_600_000, default: 0 },
  },
  apply: shaping(({ attributes, random }) => delayBy(attributes.latency, attributes.jitter, random)),
};
