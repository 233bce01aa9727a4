/** Something with a place in an order that never changes. */
export interface Placed {
  readonly place: number;
}

/** Chunks split when they grow past this: few enough to search, small enough to shift. */
const chunkLimit = 512;

/**
 * A set of placed things in the order of their places, 8 bytes each: sorted chunks of at most `chunkLimit`. Adding at
 * the end, the usual case, fills chunks completely; adding and removing elsewhere shifts one chunk.
 */
export class Postings<T extends Placed> {
  readonly #chunks: T[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(item: T): void {
    this.#size++;
    const last = this.#chunks[this.#chunks.length - 1];
    if (last === undefined || (last[last.length - 1] as T).place < item.place) {
      if (last !== undefined && last.length < chunkLimit) last.push(item);
      else this.#chunks.push([item]);
      return;
    }
    const at = this.#chunkOf(item.place);
    const chunk = this.#chunks[at] as T[];
    chunk.splice(indexIn(chunk, item.place), 0, item);
    if (chunk.length > chunkLimit) this.#chunks.splice(at + 1, 0, chunk.splice(chunkLimit / 2));
  }

  /** `item` is in the set. */
  delete(item: T): void {
    this.#size--;
    const at = this.#chunkOf(item.place);
    const chunk = this.#chunks[at] as T[];
    chunk.splice(indexIn(chunk, item.place), 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** The first of all; the set is not empty. */
  first(): T {
    return (this.#chunks[0] as T[])[0] as T;
  }

  /** What comes after a place, in order. The set does not change meanwhile. */
  *after(place: number): Generator<T, void> {
    const from = this.#chunkOf(place + 1);
    for (let at = from; at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at] as T[];
      for (let index = at === from ? indexIn(chunk, place + 1) : 0; index < chunk.length; index++) {
        yield chunk[index] as T;
      }
    }
  }

  /** Index of the first chunk whose last item is at or after `place`. */
  #chunkOf(place: number): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const chunk = this.#chunks[middle] as T[];
      if ((chunk[chunk.length - 1] as T).place < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Index of the first item at or after `place`. */
function indexIn(chunk: readonly Placed[], place: number): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chunk[middle] as Placed).place < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
