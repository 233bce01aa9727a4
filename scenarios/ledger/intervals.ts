/** Intervals in one block at most: taking one out moves the rest of its block, and no more. */
const blockLimit = 512;

interface Block {
  readonly starts: number[];
  readonly ends: number[];
}

/** A place among the intervals: a block, and an index in it. Past the last interval: no such block. */
interface Place {
  block: number;
  index: number;
}

/** A set of whole numbers held as disjoint closed intervals in ascending order: as large as it has holes, not members. */
export class Intervals {
  /** Ascending, none of them empty. */
  readonly #blocks: Block[] = [];
  #size = 0;
  #pieces = 0;

  /** How many numbers are in it. */
  get size(): number {
    return this.#size;
  }

  /** How many intervals it takes: the memory it costs. */
  get pieces(): number {
    return this.#pieces;
  }

  /** Adds every number from `from` to `to`, wherever they are. */
  add(from: number, to: number): void {
    let low = from;
    let high = to;
    const place = this.#find(from - 1);
    for (;;) {
      const block = this.#blocks[place.block];
      const start = block?.starts[place.index];
      if (block === undefined || start === undefined || start > to + 1) break;
      low = Math.min(low, start);
      high = Math.max(high, block.ends[place.index] as number);
      this.#removeAt(place);
    }
    this.#insertAt(place, low, high);
  }

  has(value: number): boolean {
    const start = this.#startAt(this.#find(value));
    return start !== undefined && start <= value;
  }

  /** Takes one number out; false when it was not in. */
  delete(value: number): boolean {
    const place = this.#find(value);
    const start = this.#startAt(place);
    if (start === undefined || start > value) return false;
    const { starts, ends } = this.#blocks[place.block] as Block;
    const end = ends[place.index] as number;
    if (start === end) this.#removeAt(place);
    else if (value === start || value === end) {
      this.#size--;
      if (value === start) starts[place.index] = value + 1;
      else ends[place.index] = value - 1;
    } else {
      this.#size -= end - value + 1;
      ends[place.index] = value - 1;
      this.#insertAt({ block: place.block, index: place.index + 1 }, value + 1, end);
    }
    return true;
  }

  /** Takes out the whole interval that holds `value`, and says how many numbers that were. */
  deleteInterval(value: number): number {
    if (!this.has(value)) return 0;
    const before = this.#size;
    this.#removeAt(this.#find(value));
    return before - this.#size;
  }

  /** How many of its numbers lie from `from` to `to`, both included. */
  countWithin(from: number, to: number): number {
    if (to < from) return 0;
    let sum = 0;
    for (const [start, end] of this.#rangesFrom(this.#find(from))) {
      if (start > to) break;
      sum += Math.min(to, end) - Math.max(from, start) + 1;
    }
    return sum;
  }

  ranges(): Generator<readonly [from: number, to: number]> {
    return this.#rangesFrom({ block: 0, index: 0 });
  }

  *#rangesFrom({ block, index }: Place): Generator<readonly [from: number, to: number]> {
    for (let at = block; at < this.#blocks.length; at++) {
      const { starts, ends } = this.#blocks[at] as Block;
      for (let inside = at === block ? index : 0; inside < starts.length; inside++) {
        yield [starts[inside] as number, ends[inside] as number];
      }
    }
  }

  #startAt({ block, index }: Place): number | undefined {
    return this.#blocks[block]?.starts[index];
  }

  /** The first interval that ends at or after `value`. */
  #find(value: number): Place {
    const block = firstAtLeast(this.#blocks.length, value, (at) => this.#blocks[at]?.ends.at(-1) as number);
    const ends = this.#blocks[block]?.ends ?? [];
    return { block, index: firstAtLeast(ends.length, value, (at) => ends[at] as number) };
  }

  /** Takes the interval out; `place` is afterwards that of the next one. */
  #removeAt(place: Place): void {
    const { starts, ends } = this.#blocks[place.block] as Block;
    this.#size -= (ends[place.index] as number) - (starts[place.index] as number) + 1;
    this.#pieces--;
    starts.splice(place.index, 1);
    ends.splice(place.index, 1);
    if (starts.length === 0) this.#blocks.splice(place.block, 1);
    else if (place.index === starts.length) place.block++;
    else return;
    place.index = 0;
  }

  /** Puts an interval before the one at `place`. */
  #insertAt(place: Place, from: number, to: number): void {
    this.#size += to - from + 1;
    this.#pieces++;
    if (place.block === this.#blocks.length) this.#append(from, to);
    else {
      const { starts, ends } = this.#blocks[place.block] as Block;
      starts.splice(place.index, 0, from);
      ends.splice(place.index, 0, to);
      if (starts.length <= blockLimit) return;
      const half = starts.length >>> 1;
      this.#blocks.splice(place.block + 1, 0, { starts: starts.splice(half), ends: ends.splice(half) });
    }
  }

  #append(from: number, to: number): void {
    const last = this.#blocks.at(-1);
    if (last === undefined || last.starts.length >= blockLimit)
      this.#blocks.push({ starts: [from], ends: [to] });
    else {
      last.starts.push(from);
      last.ends.push(to);
    }
  }
}

/** Those of a producer; none yet at its first. */
export function intervalsOf(producer: number, all: Map<number, Intervals>): Intervals {
  let own = all.get(producer);
  if (own === undefined) {
    own = new Intervals();
    all.set(producer, own);
  }
  return own;
}

/** The first of `count` ascending values that is at least `value`; `count` when none is. */
function firstAtLeast(count: number, value: number, at: (index: number) => number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
