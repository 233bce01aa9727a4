/**
 * The `capacity` entries used last. A Map keeps insertion order, and a use inserts anew, so the first key is the one
 * unused for longest. One iterator is kept standing there: a fresh one would walk over every hole left before it.
 */
export class Lru<Value> {
  readonly #capacity: number;
  readonly #entries = new Map<string, Value>();
  readonly #oldest = this.#entries.keys();
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
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  /** Looks without counting as a use. */
  peek(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: Value): void {
    if (this.#capacity === 0) return;
    this.#entries.delete(key);
    if (this.#entries.size >= this.#capacity) this.#entries.delete(this.#oldest.next().value as string);
    this.#entries.set(key, value);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
