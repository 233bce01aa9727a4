import type { Message } from '../../core/message.ts';

interface Run {
  readonly first: number;
  readonly messages: readonly Message[];
  readonly characters: number;
}

const heldCharacters = 8_000_000;
/** Short runs are handed over together up to this many messages. */
const mergeUpTo = 500;

/**
 * The newest messages of a channel that this process itself committed, as they were published: who is up to date gets
 * them without a query, and without decoding. Offsets have no gaps, so that what follows an offset is either here or
 * must be read from the table.
 */
export class Tail {
  readonly #heldMessages: number;
  #runs: Run[] = [];
  #messages = 0;
  #characters = 0;

  /** `heldMessages`: at most so many, and the run that the last of them is of. */
  constructor(heldMessages: number) {
    this.#heldMessages = heldMessages;
  }

  push(run: Run): void {
    const last = this.#runs[this.#runs.length - 1];
    // Another process wrote in between.
    if (last !== undefined && run.first !== last.first + last.messages.length) this.clear();
    this.#runs.push(run);
    this.#count(run, 1);
    while (
      this.#runs.length > 1 &&
      (this.#messages > this.#heldMessages || this.#characters > heldCharacters)
    ) {
      this.#count(this.#runs.shift() as Run, -1);
    }
  }

  clear(): void {
    this.#runs = [];
    this.#messages = 0;
    this.#characters = 0;
  }

  /** What follows an offset; null when that is not held here. */
  after(offset: number): readonly Message[] | null {
    const at = this.#runAt(offset + 1);
    const run = this.#runs[at];
    if (run === undefined || offset + 1 < run.first) return null;
    const skip = offset + 1 - run.first;
    const rest = skip === 0 ? run.messages : run.messages.slice(skip);
    const next = this.#runs[at + 1];
    if (next === undefined || rest.length + next.messages.length > mergeUpTo) return rest;
    const merged = [...rest];
    for (let index = at + 1; index < this.#runs.length; index++) {
      const { messages } = this.#runs[index] as Run;
      if (merged.length + messages.length > mergeUpTo) break;
      for (const message of messages) merged.push(message);
    }
    return merged;
  }

  #count({ messages, characters }: Run, sign: 1 | -1): void {
    this.#messages += sign * messages.length;
    this.#characters += sign * characters;
  }

  /** Index of the first run that ends at or after `offset`. */
  #runAt(offset: number): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { first, messages } = this.#runs[middle] as Run;
      if (first + messages.length - 1 < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
