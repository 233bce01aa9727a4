import type { Random } from '../../core/random.ts';

/** How many different payloads a run cycles through: enough that no cache of one helps, few enough to make up front. */
const poolSize = 64;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Strings of `bytes` ASCII characters, of which the share `compressible` repeats and the rest is random. */
export function makePayloads(bytes: number, compressible: number, random: Random): readonly string[] {
  return Array.from({ length: poolSize }, () => makePayload(bytes, compressible, random));
}

function makePayload(bytes: number, compressible: number, random: Random): string {
  const plain = Math.round(bytes * compressible);
  let noise = '';
  for (let index = plain; index < bytes; index++) noise += letters[random.integer(0, letters.length - 1)];
  return `${'agent '.repeat(Math.ceil(plain / 6)).slice(0, plain)}${noise}`;
}
