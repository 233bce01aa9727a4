import type { Offset } from '../../bus.ts';

/** Messages that are kept for those who come back: what a reconnect misses, and not more. */
const mostMessages = 10_000;

export interface Batch<M> {
  readonly messages: readonly M[];
  /** The position after the last of them. */
  readonly offset: Offset;
}

/** The latest batches of a channel, with their offsets: so that many can come back at once without asking the bus. */
export class Recent<M> {
  #batches: Batch<M>[] = [];
  /** Where each offset stands, counted from the first batch that ever was. */
  readonly #places = new Map<Offset, number>();
  #first = 0;
  #size = 0;

  /** The position after all of them; undefined before the first. */
  get last(): Offset | undefined {
    return this.#batches.at(-1)?.offset;
  }

  add(messages: readonly M[], offset: Offset): void {
    this.#places.set(offset, this.#first + this.#batches.length);
    this.#batches.push({ messages, offset });
    this.#size += messages.length;
    if (this.#size > 2 * mostMessages) this.#trim();
  }

  /** The batches after an offset, oldest first; null when it is not known here (any more). */
  after(offset: Offset): readonly Batch<M>[] | null {
    const place = this.#places.get(offset);
    return place === undefined ? null : this.#batches.slice(place - this.#first + 1);
  }

  /** Half at a time: a step a message, whatever the rate. */
  #trim(): void {
    let gone = 0;
    while (this.#size > mostMessages && gone < this.#batches.length - 1) {
      const { messages, offset } = this.#batches[gone] as Batch<M>;
      this.#places.delete(offset);
      this.#size -= messages.length;
      gone++;
    }
    this.#batches = this.#batches.slice(gone);
    this.#first += gone;
  }
}
