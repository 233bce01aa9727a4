/**
 * The `capacity` entries used last. A Map keeps insertion order, and a use inserts anew, so the first key is the one
 * unused for longest. One iterator is kept standing there while entries are dropped: a fresh one each time would walk
 * over every hole left before it. Not for ever: an iterator that stands still holds every table that the Map has had since.
 */
export class Lru<Value> {
  readonly #capacity: number;
  readonly #entries = new Map<string, Value>();
  #oldest: MapIterator<string> | null = null;
  /** Since the iterator was made: after as many as there are entries, a fresh one costs no more than they did. */
  #changes = 0;
  hits = 0;
  misses = 0;

  /** Capacity 0 keeps nothing. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) {
      this.misses++;
      return undefined;
    }
    this.hits++;
    this.#put(key, value);
    return value;
  }

  /** Looks without counting as a use. */
  peek(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: Value): void {
    if (this.#capacity === 0) return;
    if (!this.#entries.has(key) && this.#entries.size >= this.#capacity) this.#dropOldest();
    this.#put(key, value);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** As the one used last. */
  #put(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#oldest !== null && ++this.#changes > this.#entries.size) this.#oldest = null;
  }

  #dropOldest(): void {
    if (this.#oldest === null) {
      this.#oldest = this.#entries.keys();
      this.#changes = 0;
    }
    this.#entries.delete(this.#oldest.next().value as string);
  }
}
