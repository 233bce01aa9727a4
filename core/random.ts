/** A seeded source of chance. The same seed and the same calls give the same values, on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [low, high], both included. */
  integer(low: number, high: number): number;
  /** One of `items`, uniformly. `items` is not empty. */
  pick<T>(items: readonly T[]): T;
  /** Exponentially distributed with the given mean: the gaps of a Poisson process. */
  exponential(mean: number): number;
  /** An independent stream named `label`, so that one consumer's draws never shift another's. */
  fork(label: string): Random;
}

/** FNV-1a over the label, so that a stream depends on its name and not on the order of forks; then every bit stirred. */
function hash(seed: number, label: string): number {
  let value = seed ^ 0x811c9dc5;
  for (let index = 0; index < label.length; index++) {
    value = Math.imul(value ^ label.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}

/** Every whole number from -2^53 to 2^53 is a seed of its own. */
export function createRandom(seed: number): Random {
  return streamOf(seed >>> 0, Math.floor(seed / 0x1_0000_0000) >>> 0);
}

/** sfc32: 128 bits of state, passes PractRand, a few integer operations a draw. A stream is known by two words of 32 bits. */
function streamOf(low: number, high: number): Random {
  let a = low | 0;
  let b = high | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  for (let round = 0; round < 15; round++) next();
  return {
    next,
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
    exponential: (mean) => -Math.log(1 - next()) * mean,
    // Each word from both, and no two seeds to the same: from what comes out it could be undone.
    fork: (label) => {
      const first = hash(low ^ Math.imul(high, 0x9e3779b1), label);
      return streamOf(first, hash(high ^ first, label));
    },
  };
}
