/** Below this, moving the head costs less than the memory it would free. */
const compactFrom = 1024;

/**
 * First in, first out, kept as the batches that came in: pushing and taking a batch costs the same however many
 * items it holds. Items are numbered from 0 over the life of the queue; `first` is the number of the oldest kept.
 */
export class BatchQueue<T> {
  #batches: (readonly T[] | undefined)[] = [];
  /** The number of the first item of each batch, dropped ones included. */
  #starts: number[] = [];
  #head = 0;
  #first = 0;
  #end = 0;

  /** How many items are kept. */
  get size(): number {
    return this.#end - this.#first;
  }

  /** How many batches are kept, the oldest perhaps in part. */
  get batches(): number {
    return this.#batches.length - this.#head;
  }

  get first(): number {
    return this.#first;
  }

  /** The number that the next item pushed will have. */
  get end(): number {
    return this.#end;
  }

  push(batch: readonly T[]): void {
    if (batch.length === 0) return;
    this.#batches.push(batch);
    this.#starts.push(this.#end);
    this.#end += batch.length;
  }

  /** Takes what is left of the oldest batch. */
  shift(): readonly T[] | undefined {
    const batch = this.#batches[this.#head];
    if (batch === undefined) return undefined;
    const skip = this.#first - (this.#starts[this.#head] as number);
    this.#first += batch.length - skip;
    this.#advance();
    return skip === 0 ? batch : batch.slice(skip);
  }

  /** Drops the oldest items until at most `keep` are left; returns how many that were. */
  trim(keep: number): number {
    const excess = this.size - keep;
    if (excess <= 0) return 0;
    this.#first += excess;
    for (let batch = this.#batches[this.#head]; batch !== undefined; batch = this.#batches[this.#head]) {
      if ((this.#starts[this.#head] as number) + batch.length > this.#first) break;
      this.#advance();
    }
    return excess;
  }

  /** The kept items from number `from` on, oldest first, with their numbers. */
  *from(from: number): Generator<readonly [position: number, item: T]> {
    let position = Math.max(from, this.#first);
    if (position >= this.#end) return;
    for (let index = this.#find(position); index < this.#batches.length; index++) {
      const batch = this.#batches[index] as readonly T[];
      const start = this.#starts[index] as number;
      for (; position < start + batch.length; position++) yield [position, batch[position - start] as T];
    }
  }

  /** The index of the batch that holds item number `position`. */
  #find(position: number): number {
    let low = this.#head;
    let high = this.#batches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] as number) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #advance(): void {
    this.#batches[this.#head++] = undefined;
    if (this.#head < compactFrom || this.#head * 2 < this.#batches.length) return;
    this.#batches = this.#batches.slice(this.#head);
    this.#starts = this.#starts.slice(this.#head);
    this.#head = 0;
  }
}
