import type { Message } from '../../core/message.ts';
import { Intervals } from './intervals.ts';
import { Row } from './row.ts';

/** What the ledger counted over a range of sequence numbers. */
export interface LedgerCount {
  /** Sends attempted, refused ones included. */
  readonly attempted: number;
  /** (event, subscriber) pairs that should have been delivered. */
  readonly entitled: number;
  /** Those of them that were, each counted once. */
  readonly delivered: number;
  /** Acknowledged and never seen at a subscriber that was entitled to it. */
  readonly lostAcked: number;
  readonly lostEvidence: readonly string[];
}

/**
 * Who was sent what, and who has seen it: for each producer the last sequence number it sent, and for each
 * subscriber a row with the next number it expects of each producer and the holes below that. Its size depends on
 * producers, subscribers and holes, never on how much was sent.
 *
 * It believes nobody's report: the load notes what it sends before sending it, subscribers note what their own
 * handlers were called with.
 */
export class Ledger {
  /** What the sequence numbers count: `event` or `message`; a word for evidence. */
  readonly what: string;
  readonly producers: number;
  /** The last sequence number attempted, per producer; 0 before the first. */
  readonly sent: Uint32Array;
  /** The first sequence number of the key a producer uses now: order is promised only within a key. */
  readonly epoch: Uint32Array;
  readonly #rows: Row[] = [];
  readonly #refused = new Map<number, Intervals>();
  readonly #doubted = new Map<number, Intervals>();
  #doubtedCount = 0;
  #refusedCount = 0;

  constructor(what: string, producers: number) {
    this.what = what;
    this.producers = producers;
    this.sent = new Uint32Array(producers);
    this.epoch = new Uint32Array(producers).fill(1);
  }

  /** Adds a subscriber, entitled to everything sent from now on. */
  join(name: string): Row {
    const row = new Row(name, this);
    this.#rows.push(row);
    return row;
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** The sequence number of the next send. Called before the send, so that nothing can arrive that was not noted. */
  next(producer: number): number {
    const sequence = (this.sent[producer] as number) + 1;
    this.sent[producer] = sequence;
    return sequence;
  }

  /** From now on this producer's numbers belong to another key. */
  newKey(producer: number): void {
    this.epoch[producer] = (this.sent[producer] as number) + 1;
  }

  /** These were refused: certainly not held by the bus. */
  refuse(messages: readonly Message[]): void {
    for (const { producer, sequence } of messages) note(this.#refused, producer, sequence);
    this.#refusedCount += messages.length;
  }

  /** Whether the bus holds these is unknown: they may arrive or not, and either is right. */
  doubt(messages: readonly Message[]): void {
    for (const { producer, sequence } of messages) note(this.#doubted, producer, sequence);
    this.#doubtedCount += messages.length;
  }

  get refused(): number {
    return this.#refusedCount;
  }

  get indeterminate(): number {
    return this.#doubtedCount;
  }

  /** How many sends were attempted so far. */
  get attempted(): number {
    let sum = 0;
    for (let producer = 0; producer < this.producers; producer++) sum += this.sent[producer] as number;
    return sum;
  }

  /** How many sends have reached every subscriber entitled to them. */
  completed(): number {
    if (this.#rows.length === 0) return 0;
    let sum = 0;
    for (let producer = 0; producer < this.producers; producer++) {
      let reached = Number.POSITIVE_INFINITY;
      for (const row of this.#rows) reached = Math.min(reached, row.reached(producer));
      sum += reached - this.#holesBelow(producer, reached);
    }
    return sum;
  }

  #holesBelow(producer: number, reached: number): number {
    let union: Intervals | undefined;
    for (const row of this.#rows) {
      for (const [from, to] of row.holes(producer)) {
        if (from > reached) continue;
        union ??= new Intervals();
        union.add(from, Math.min(to, reached));
      }
    }
    return union?.size ?? 0;
  }

  /** (event, subscriber) pairs still outstanding that are neither refused nor in doubt. */
  outstanding(): number {
    const from = new Uint32Array(this.producers).fill(1);
    return this.count(from, this.sent, 0).lostAcked;
  }

  /** Counts what was sent with numbers `from[p]` to `to[p]`. `evidence` bounds the examples named. */
  count(from: Uint32Array, to: Uint32Array, evidence = 10): LedgerCount {
    let attempted = 0;
    let entitled = 0;
    let delivered = 0;
    let lostAcked = 0;
    const lostEvidence: string[] = [];
    for (let producer = 0; producer < this.producers; producer++) {
      const last = to[producer] as number;
      attempted += Math.max(0, last - (from[producer] as number) + 1);
      for (const row of this.#rows) {
        const first = Math.max(from[producer] as number, row.entitledFrom(producer));
        if (last < first) continue;
        entitled += last - first + 1;
        const lost = this.#missing(row, producer, first, last, (low, high) => {
          if (lostEvidence.length < evidence) lostEvidence.push(this.#describe(row, producer, low, high));
        });
        delivered += last - first + 1 - lost.missing;
        lostAcked += lost.acked;
      }
    }
    return { attempted, entitled, delivered, lostAcked, lostEvidence };
  }

  #describe(row: Row, producer: number, low: number, high: number): string {
    const numbers = low === high ? `${low}` : `${low}..${high}`;
    return `${this.what} ${producer}:${numbers} was acknowledged and never reached ${row.name}`;
  }

  #missing(
    row: Row,
    producer: number,
    first: number,
    last: number,
    lost: (low: number, high: number) => void,
  ): { missing: number; acked: number } {
    let missing = 0;
    let acked = 0;
    const take = (low: number, high: number): void => {
      if (high < low) return;
      missing += high - low + 1;
      const excused =
        (this.#refused.get(producer)?.countWithin(low, high) ?? 0) +
        (this.#doubted.get(producer)?.countWithin(low, high) ?? 0);
      const unexcused = high - low + 1 - excused;
      acked += unexcused;
      if (unexcused > 0) lost(low, high);
    };
    const reached = row.reached(producer);
    for (const [from, to] of row.holes(producer)) take(Math.max(from, first), Math.min(to, last));
    take(Math.max(reached + 1, first), last);
    return { missing, acked };
  }
}

function note(sets: Map<number, Intervals>, producer: number, sequence: number): void {
  let set = sets.get(producer);
  if (set === undefined) {
    set = new Intervals();
    sets.set(producer, set);
  }
  if (!set.has(sequence)) set.add(sequence, sequence);
}
