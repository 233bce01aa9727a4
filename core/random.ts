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

/** FNV-1a over the label, so that a stream depends on its name and not on the order of forks. */
function hash(seed: number, label: string): number {
  let value = (seed ^ 0x811c9dc5) >>> 0;
  for (let index = 0; index < label.length; index++) {
    value = Math.imul(value ^ label.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}

/** sfc32: 128 bits of state, passes PractRand, a few integer operations a draw. */
export function createRandom(seed: number): Random {
  let a = hash(seed, 'a') | 0;
  let b = hash(seed, 'b') | 0;
  let c = (seed ^ (seed / 0x1_0000_0000)) | 0;
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
  for (let round = 0; round < 12; round++) next();
  return {
    next,
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
    exponential: (mean) => -Math.log(1 - next()) * mean,
    fork: (label) => createRandom(hash(seed, label)),
  };
}
