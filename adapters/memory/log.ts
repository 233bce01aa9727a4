import type { Message } from '../../core/message.ts';
import type { Reader } from './reader.ts';

/** A run of consecutive messages. The chain of them is the log; whoever holds a segment can read on from it. */
export interface Segment {
  /** How many messages came before it. */
  readonly first: number;
  readonly messages: readonly Message[];
  next: Segment | null;
}

export interface LogBounds {
  /** A publisher waits while a reader is this many messages behind. */
  readonly bufferMessages: number;
  /** What everybody has read is kept for late readers up to this many messages. */
  readonly windowMessages: number;
}

interface Waiting {
  readonly messages: readonly Message[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Batches smaller than this, published in one turn, become one segment. */
const mergeBelow = 500;

/**
 * One channel: a chain of segments from the oldest still held to the newest. A batch becomes a segment as it is, by
 * reference; small ones of one turn are put together first, once for all readers.
 *
 *     oldest -> segment -> segment -> newest     fresh: batches of this turn
 *                  ^           ^
 *               reader      reader
 */
export class Log {
  readonly readers = new Set<Reader>();
  readonly groups = new Map<string, Reader>();
  readonly #bounds: LogBounds;
  #oldest: Segment = { first: 0, messages: [], next: null };
  #newest: Segment = this.#oldest;
  #fresh: (readonly Message[])[] = [];
  #waiting: Waiting[] = [];
  #end = 0;

  constructor(bounds: LogBounds) {
    this.#bounds = bounds;
  }

  /** How many messages were ever published: the offset after the newest. */
  get end(): number {
    return this.#end;
  }

  /** The offset before the oldest message held. */
  get start(): number {
    return this.#oldest.first;
  }

  /** Resolves once the log holds them: at once, or when no reader is too far behind any more. */
  publish(messages: readonly Message[]): Promise<void> {
    if (this.#waiting.length === 0 && !this.#isFull()) {
      this.#append(messages);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ messages, resolve, reject });
    });
  }

  /** Lets publishers in, first come first served, as far as there is room: called when a reader moved on or left. */
  admit(): void {
    while (this.#waiting.length > 0 && !this.#isFull()) {
      const { messages, resolve } = this.#waiting.shift() as Waiting;
      this.#append(messages);
      resolve();
    }
  }

  /** Turns away the publishers that wait: what they brought is not held. */
  refuse(error: Error): void {
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting = [];
  }

  /** The newest segment, with everything published so far in the chain. */
  seal(): Segment {
    let merged: Message[] = [];
    const fresh = this.#fresh;
    if (fresh.length === 1) this.#chain(fresh[0] as readonly Message[]);
    else {
      for (const batch of fresh) {
        if (batch.length < mergeBelow) for (const message of batch) merged.push(message);
        const whole = batch.length >= mergeBelow ? batch : [];
        if (merged.length > 0 && (whole.length > 0 || merged.length >= mergeBelow)) {
          this.#chain(merged);
          merged = [];
        }
        if (whole.length > 0) this.#chain(whole);
      }
      if (merged.length > 0) this.#chain(merged);
    }
    if (fresh.length > 0) this.#fresh = [];
    return this.#newest;
  }

  /** The segment that holds the message at `offset`, or the newest when that is yet to come. */
  segmentAt(offset: number): Segment {
    this.seal();
    let segment = this.#oldest;
    while (segment.next !== null && segment.next.first <= offset) segment = segment.next;
    return segment;
  }

  #append(messages: readonly Message[]): void {
    this.#fresh.push(messages);
    this.#end += messages.length;
    for (const reader of this.readers) reader.wake();
    this.#trim();
  }

  #chain(messages: readonly Message[]): void {
    const segment = { first: this.#newest.first + this.#newest.messages.length, messages, next: null };
    this.#newest.next = segment;
    this.#newest = segment;
  }

  /**
   * Lets go of what is beyond the window and read by everyone who listens, and of no segment that such a reader stands
   * in. The link of a dropped segment is cut: a dead segment in the old generation would otherwise keep every later
   * one alive until a full collection.
   */
  #trim(): void {
    for (;;) {
      const { next } = this.#oldest;
      if (next === null || this.#end - next.first < this.#bounds.windowMessages) return;
      for (const reader of this.readers) {
        if (reader.listening && reader.position <= next.first) return;
      }
      this.#oldest.next = null;
      this.#oldest = next;
    }
  }

  #isFull(): boolean {
    for (const reader of this.readers) {
      if (reader.listening && reader.lag >= this.#bounds.bufferMessages) return true;
    }
    return false;
  }
}
