import type { Message } from '../../core/message.ts';

/** Samples of all producers together, and of one: two megabytes at most, outside the heap that is measured. */
const kept = { inAll: 2 ** 17, most: 512, least: 8 };

/** Samples by producer, number and time in turns; on their way to another process. */
export type AckTimesPart = readonly (readonly [producer: number, samples: Float64Array])[];

/**
 * When which of a producer's numbers was acknowledged: each, until its room is full, and from then on every other one,
 * again and again. So that it can be said of a loss when it had been promised, whatever the length of the run.
 */
export class AckTimes {
  readonly #room: number;
  /** Per producer, one after another: number and time of each sample, both ascending. */
  readonly #samples: Float64Array;
  readonly #used: Uint32Array;
  /** How long after a sample the next one is taken, and when that is, in ms. */
  readonly #spacing: Float64Array;
  readonly #due: Float64Array;

  /** Producers are counted from 0 here, as in the ledger. */
  constructor(producers: number) {
    const share = Math.floor(kept.inAll / Math.max(1, producers));
    this.#room = Math.max(kept.least, Math.min(kept.most, share));
    this.#samples = new Float64Array(2 * this.#room * producers);
    this.#used = new Uint32Array(producers);
    this.#spacing = new Float64Array(producers);
    this.#due = new Float64Array(producers).fill(Number.NEGATIVE_INFINITY);
  }

  part(): AckTimesPart {
    const samples: (readonly [number, Float64Array])[] = [];
    for (const [producer, used] of this.#used.entries()) {
      const first = 2 * this.#room * producer;
      if (used > 0) samples.push([producer, this.#samples.slice(first, first + 2 * used)]);
    }
    return samples;
  }

  /** Takes over what was noted elsewhere, of producers of which nothing was noted here. */
  addPart(part: AckTimesPart): void {
    for (const [producer, samples] of part) {
      this.#samples.set(samples, 2 * this.#room * producer);
      this.#used[producer] = samples.length / 2;
    }
  }

  note(messages: readonly Message[], atMs: number): void {
    for (let index = 0; index < messages.length; index++) {
      const { producer, sequence } = messages[index] as Message;
      if (atMs >= (this.#due[producer - 1] as number)) this.#sample(producer - 1, sequence, atMs);
    }
  }

  #sample(producer: number, sequence: number, atMs: number): void {
    const first = 2 * this.#room * producer;
    let used = this.#used[producer] as number;
    // An answer that was overtaken says nothing of the numbers after it.
    if (used > 0 && sequence <= (this.#samples[first + 2 * used - 2] as number)) return;
    if (used === this.#room) used = this.#thin(producer, first);
    this.#samples[first + 2 * used] = sequence;
    this.#samples[first + 2 * used + 1] = atMs;
    this.#used[producer] = used + 1;
    this.#due[producer] = atMs + (this.#spacing[producer] as number);
  }

  /** Keeps every other sample, and takes half as many from now on; how many are left. */
  #thin(producer: number, first: number): number {
    const left = this.#room >> 1;
    for (let index = 0; index < left; index++) {
      this.#samples[first + 2 * index] = this.#samples[first + 4 * index] as number;
      this.#samples[first + 2 * index + 1] = this.#samples[first + 4 * index + 1] as number;
    }
    const last = first + 2 * this.#room - 1;
    const tookMs = (this.#samples[last] as number) - (this.#samples[first + 1] as number);
    this.#spacing[producer] = Math.max(2 * (this.#spacing[producer] as number), tookMs / left);
    return left;
  }

  /**
   * About when this number was acknowledged, in Clock milliseconds: when it or the next one of which it is known was,
   * else the last one before it; null when it is known of none.
   */
  about(producer: number, sequence: number): number | null {
    const used = this.#used[producer] ?? 0;
    return used === 0 ? null : this.#timeOf(producer, Math.min(this.#find(producer, sequence), used - 1));
  }

  /** Not acknowledged before this, in Clock milliseconds: when it or the last one before it was; null: not known. */
  notBefore(producer: number, sequence: number): number | null {
    const next = this.#find(producer, sequence + 1);
    return next === 0 ? null : this.#timeOf(producer, next - 1);
  }

  /** The first sample of this number or a later one; as many as there are samples when there is none. */
  #find(producer: number, sequence: number): number {
    const first = 2 * this.#room * producer;
    let low = 0;
    let high = this.#used[producer] ?? 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#samples[first + 2 * middle] as number) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #timeOf(producer: number, index: number): number {
    return this.#samples[2 * (this.#room * producer + index) + 1] as number;
  }
}
