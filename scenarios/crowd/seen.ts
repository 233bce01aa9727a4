import { type Intervals, intervalsOf } from '../ledger/intervals.ts';

/** Numbers of a producer, from and to, both included. */
export type Range = readonly [from: number, to: number];

/**
 * What one client has been given of a load: for each producer the number that it expects next, and the holes below that. It is
 * as large as there are producers and holes, however much comes.
 */
export class Seen {
  /** The first number of each producer that counts. */
  readonly #first: ArrayLike<number>;
  readonly #next: Float64Array;
  readonly #holes = new Map<number, Intervals>();
  duplicates = 0;

  constructor(first: ArrayLike<number>) {
    this.#first = first;
    this.#next = Float64Array.from(first);
  }

  /** False for what does not count: it was sent before, or this client has had it. */
  mark(producer: number, sequence: number): boolean {
    const next = this.#next[producer];
    if (next === undefined || sequence < (this.#first[producer] as number)) return false;
    if (sequence >= next) {
      if (sequence > next) intervalsOf(producer, this.#holes).add(next, sequence - 1);
      this.#next[producer] = sequence + 1;
      return true;
    }
    const wasMissing = this.#holes.get(producer)?.delete(sequence) === true;
    if (!wasMissing) this.duplicates++;
    return wasMissing;
  }

  /** How much of what is owed has not come. `owed`: ranges by producer. */
  missing(owed: readonly (readonly Range[])[]): number {
    let sum = 0;
    for (const [producer, ranges] of owed.entries()) {
      const next = this.#next[producer] as number;
      const holes = this.#holes.get(producer);
      for (const [from, to] of ranges) {
        sum += Math.max(0, to - Math.max(from, next) + 1);
        if (holes !== undefined) sum += holes.countWithin(from, to);
      }
    }
    return sum;
  }
}
