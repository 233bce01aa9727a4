/** A set of whole numbers held as disjoint closed intervals in ascending order: as large as it has holes, not members. */
export class Intervals {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #size = 0;

  /** How many numbers are in it. */
  get size(): number {
    return this.#size;
  }

  /** How many intervals it takes: the memory it costs. */
  get pieces(): number {
    return this.#starts.length;
  }

  /** Adds every number from `from` to `to`, all of them above every number in it. */
  append(from: number, to: number): void {
    const last = this.#ends.length - 1;
    if (last >= 0 && from === (this.#ends[last] as number) + 1) this.#ends[last] = to;
    else {
      this.#starts.push(from);
      this.#ends.push(to);
    }
    this.#size += to - from + 1;
  }

  /** Adds every number from `from` to `to`, wherever they are. */
  add(from: number, to: number): void {
    let low = from;
    let high = to;
    const at = this.#find(from - 1);
    let remove = 0;
    while (at + remove < this.#starts.length && (this.#starts[at + remove] as number) <= to + 1) {
      low = Math.min(low, this.#starts[at + remove] as number);
      high = Math.max(high, this.#ends[at + remove] as number);
      this.#size -= (this.#ends[at + remove] as number) - (this.#starts[at + remove] as number) + 1;
      remove++;
    }
    this.#starts.splice(at, remove, low);
    this.#ends.splice(at, remove, high);
    this.#size += high - low + 1;
  }

  has(value: number): boolean {
    const at = this.#find(value);
    return at < this.#starts.length && (this.#starts[at] as number) <= value;
  }

  /** Takes one number out; false when it was not in. */
  delete(value: number): boolean {
    const at = this.#find(value);
    if (at >= this.#starts.length || (this.#starts[at] as number) > value) return false;
    const start = this.#starts[at] as number;
    const end = this.#ends[at] as number;
    this.#size--;
    if (start === end) {
      this.#starts.splice(at, 1);
      this.#ends.splice(at, 1);
    } else if (value === start) this.#starts[at] = value + 1;
    else if (value === end) this.#ends[at] = value - 1;
    else {
      this.#ends[at] = value - 1;
      this.#starts.splice(at + 1, 0, value + 1);
      this.#ends.splice(at + 1, 0, end);
    }
    return true;
  }

  /** Takes out the whole interval that holds `value`, and says how many numbers that were. */
  deleteInterval(value: number): number {
    const at = this.#find(value);
    if (at >= this.#starts.length || (this.#starts[at] as number) > value) return 0;
    const count = (this.#ends[at] as number) - (this.#starts[at] as number) + 1;
    this.#starts.splice(at, 1);
    this.#ends.splice(at, 1);
    this.#size -= count;
    return count;
  }

  /** How many of its numbers lie from `from` to `to`, both included. */
  countWithin(from: number, to: number): number {
    if (to < from) return 0;
    let sum = 0;
    for (let at = this.#find(from); at < this.#starts.length && (this.#starts[at] as number) <= to; at++) {
      sum += Math.min(to, this.#ends[at] as number) - Math.max(from, this.#starts[at] as number) + 1;
    }
    return sum;
  }

  *ranges(): Generator<readonly [from: number, to: number]> {
    for (let at = 0; at < this.#starts.length; at++)
      yield [this.#starts[at] as number, this.#ends[at] as number];
  }

  /** Index of the first interval that ends at or after `value`. */
  #find(value: number): number {
    let low = 0;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ends[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
