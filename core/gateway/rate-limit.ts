import type { Clock } from '../clock.ts';

/** Addresses that are remembered; with more of them the one seen longest ago starts again with a full bucket. */
const mostKeys = 10_000;

interface Bucket {
  left: number;
  atMs: number;
}

/** So many a second for each key, on average; two seconds' worth at once. */
export class RateLimit {
  readonly #perS: number;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perS: number, clock: Clock) {
    this.#perS = perS;
    this.#clock = clock;
  }

  /** False: there is nothing left for this one now. */
  take(key: string): boolean {
    const now = this.#clock.now();
    const most = 2 * this.#perS;
    const bucket = this.#buckets.get(key) ?? { left: most, atMs: now };
    bucket.left = Math.min(most, bucket.left + ((now - bucket.atMs) / 1000) * this.#perS);
    bucket.atMs = now;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > mostKeys) this.#forgetOldest();
    if (bucket.left < 1) return false;
    bucket.left--;
    return true;
  }

  #forgetOldest(): void {
    for (const key of this.#buckets.keys()) {
      this.#buckets.delete(key);
      return;
    }
  }
}
