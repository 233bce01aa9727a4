import type { Random } from '../../core/random.ts';

/** How many payloads a run cycles through: enough that no cache of one helps, few enough to make up front ... */
export const payloadCount = 64;
/** ... and no more different ones than fit into this many bytes: they are in the heap that the cell measures. */
const poolBytes = 16_000_000;
const fewest = 4;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * Strings of `bytes` ASCII characters, of which the share `compressible` repeats and the rest is random. Large ones
 * come more than once.
 */
export function makePayloads(bytes: number, compressible: number, random: Random): readonly string[] {
  const different = Math.max(fewest, Math.min(payloadCount, Math.floor(poolBytes / bytes)));
  const pool = Array.from({ length: different }, () => makePayload(bytes, compressible, random));
  return Array.from({ length: payloadCount }, (_, index) => pool[index % different] as string);
}

/** Made from its bytes: a string put together letter by letter would be a tree of pieces many times its size. */
function makePayload(bytes: number, compressible: number, random: Random): string {
  const plain = Math.round(bytes * compressible);
  const text = Buffer.alloc(bytes, 'agent ', 'latin1');
  for (let index = plain; index < bytes; index++) {
    text[index] = letters.charCodeAt(random.integer(0, letters.length - 1));
  }
  return text.toString('latin1');
}
