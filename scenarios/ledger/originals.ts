import { createHash } from 'node:crypto';
import type { Message } from '../../core/message.ts';

/** How many are kept: the latest of those that are sampled, a few hundred kilobytes whatever is sent. */
const kept = 8192;
const fields = ['key', 'type', 'swarmId', 'at', 'sentAt', 'data'] as const;

/** What is kept, on its way to another process: whose it is, under which number, and what its content comes to. */
export interface Samples {
  readonly producers: Float64Array;
  readonly sequences: Float64Array;
  readonly digests: Float64Array;
}

/**
 * Some of what was sent, as it was when it was sent, to be held against what arrives under its number. Its fields
 * are kept and not the messages themselves, so that no message lives longer for it.
 */
export class Originals {
  readonly #every: number;
  readonly #shift: number;
  readonly #producers = new Float64Array(kept);
  readonly #sequences = new Float64Array(kept);
  readonly #at = new Float64Array(kept);
  readonly #sentAt = new Float64Array(kept);
  readonly #keys: string[] = new Array(kept).fill('');
  readonly #types: string[] = new Array(kept).fill('');
  readonly #swarmIds: string[] = new Array(kept).fill('');
  readonly #data: Message['data'][] = new Array(kept).fill(null);
  #compared = 0;

  /** One publish in `every` is sampled, a power of two. Payloads are strings or null. */
  constructor(every: number) {
    this.#every = every;
    this.#shift = 32 - Math.log2(every);
  }

  /**
   * Whether what was sent at this time is sampled. All messages of a publish were sent at the same time, so that
   * whoever gets them one after another asks once, and not for each.
   */
  isSampled(sentAt: number): boolean {
    return this.#every === 1 || Math.imul(Math.floor(sentAt * 1000) | 0, 0x9e37_79b1) >>> this.#shift === 0;
  }

  /** How many deliveries were compared with what was sent. */
  get compared(): number {
    return this.#compared;
  }

  /** So many more were compared elsewhere. */
  addCompared(times: number): void {
    this.#compared += times;
  }

  /** Keeps the messages of a publish, if it is sampled. */
  keep(messages: readonly Message[]): void {
    const [first] = messages;
    if (first === undefined || !this.isSampled(first.sentAt)) return;
    for (const message of messages) {
      const at = this.#placeOf(message);
      this.#producers[at] = message.producer;
      this.#sequences[at] = message.sequence;
      this.#at[at] = message.at;
      this.#sentAt[at] = message.sentAt;
      this.#keys[at] = message.key;
      this.#types[at] = message.type;
      this.#swarmIds[at] = message.swarmId;
      this.#data[at] = message.data;
    }
  }

  /** How this differs from what was sent under its number, in words; null when it does not, or when that is not kept. */
  flawOf(message: Message): string | null {
    const at = this.#placeOf(message);
    if (this.#producers[at] !== message.producer || this.#sequences[at] !== message.sequence) return null;
    this.#compared++;
    const same =
      message.at === this.#at[at] &&
      message.sentAt === this.#sentAt[at] &&
      message.key === this.#keys[at] &&
      message.type === this.#types[at] &&
      message.swarmId === this.#swarmIds[at] &&
      message.data === this.#data[at];
    return same ? null : this.#describe(message, at);
  }

  /** As `flawOf`, of what was sent elsewhere: the first that is heard of it is kept, and what comes after it held against that. */
  hear(message: Message): string | null {
    const at = this.#placeOf(message);
    const isFirst = this.#producers[at] !== message.producer || this.#sequences[at] !== message.sequence;
    if (!isFirst) return this.flawOf(message);
    this.keep([message]);
    return null;
  }

  get samples(): Samples {
    const filled = [...this.#sequences.keys()].filter((at) => this.#sequences[at] !== 0);
    const pick = (of: (at: number) => number): Float64Array => Float64Array.from(filled, of);
    return {
      producers: pick((at) => this.#producers[at] as number),
      sequences: pick((at) => this.#sequences[at] as number),
      digests: pick((at) => digestOf(this.#fieldsAt(at))),
    };
  }

  #placeOf({ producer, sequence }: Message): number {
    return (Math.imul(producer, 0x9e37_79b1) + sequence) & (kept - 1);
  }

  #fieldsAt(at: number) {
    return {
      key: this.#keys[at],
      type: this.#types[at],
      swarmId: this.#swarmIds[at],
      at: this.#at[at],
      sentAt: this.#sentAt[at],
      data: this.#data[at],
    };
  }

  #describe(message: Message, at: number): string {
    const sent = this.#fieldsAt(at);
    return fields
      .filter((field) => message[field] !== sent[field])
      .map((field) => `${field} ${shown(message[field])} instead of ${shown(sent[field])}`)
      .join(', ');
  }
}

/** 48 bits of a digest: no two contents that are not the same come to one. */
function digestOf(fields: object): number {
  return createHash('sha1').update(JSON.stringify(fields)).digest().readUIntBE(0, 6);
}

/** Enough of a value to tell it from another. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 30 ? text : `${text.slice(0, 24)}... (${text.length})`;
}
