import type { Random } from '../../core/random.ts';
import type { RateProfile } from './rate.ts';

/**
 * When the operations of one kind are due: evenly spaced, or a Poisson process, under the same profile.
 * A Poisson process with a changing rate is one with rate 1 seen through the profile's own clock.
 */
export class Arrivals {
  readonly #profile: RateProfile;
  readonly #random: Random | null;
  #count: number;
  /** When the next one is due, in ms from the start of the profile; Infinity after the last. */
  dueMs: number;

  constructor(kind: 'poisson' | 'constant', profile: RateProfile, random: Random) {
    this.#profile = profile;
    this.#random = kind === 'poisson' ? random : null;
    this.#count = this.#random === null ? 0 : this.#random.exponential(1);
    this.dueMs = profile.dueAt(this.#count);
  }

  advance(): void {
    this.#count += this.#random === null ? 1 : this.#random.exponential(1);
    this.dueMs = this.#profile.dueAt(this.#count);
  }
}
