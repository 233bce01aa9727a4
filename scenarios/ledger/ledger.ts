import type { Message } from '../../core/message.ts';
import { AckTimes } from './ack-times.ts';
import { Intervals, intervalsOf } from './intervals.ts';
import { eachGap } from './losses.ts';
import { Originals } from './originals.ts';
import { eachRange, type LedgerPart, type LedgerSamples, rangesOf } from './part.ts';
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
}

/**
 * Who was sent what, and who has seen it: for each producer the last sequence number it sent, and for each
 * subscriber a row with the next number it expects of each producer and the holes below that. Its size depends on
 * producers, subscribers and holes, never on how much was sent.
 *
 * Producers are counted from 0 here. Messages of producer p carry p + 1: their 0 is the orchestrator's own.
 *
 * It believes nobody's report: the load notes what it sends before sending it, subscribers note what their own
 * handlers were called with.
 */
export class Ledger {
  /** What the sequence numbers count: `event` or `message`; a word for evidence. */
  readonly what: string;
  readonly producers: number;
  /** The last sequence number attempted, per producer; 0 before the first. */
  readonly sent: Float64Array;
  /** The first sequence number of the key a producer uses now: order is promised only within a key. */
  readonly epoch: Float64Array;
  /** Some of what was sent, for what arrives to be compared with. */
  readonly originals: Originals;
  /** When what was sent was acknowledged. */
  readonly acks: AckTimes;
  readonly #rows: Row[] = [];
  /** Per producer what nobody is owed: refused, or in doubt. */
  readonly #excused = new Map<number, Intervals>();
  #attempted = 0;
  #missed = 0;
  #refused = 0;
  #doubted = 0;

  /** Producers send elsewhere as well: rows here tell keys apart by what is delivered. */
  readonly shared: boolean;
  /** Some of what arrived of that, to be compared where it was sent; null: all is sent here. */
  readonly heard: Originals | null;

  /**
   * The content of one publish in `compare` is compared where it arrives: a power of two. `isOurs`: whether a producer sends
   * here; of others that send elsewhere anything may arrive, and what they have sent is known when ledgers are merged.
   */
  constructor(what: string, producers: number, compare = 64, isOurs?: (producer: number) => boolean) {
    this.what = what;
    this.producers = producers;
    this.shared = isOurs !== undefined;
    this.sent = Float64Array.from({ length: producers }, (_, producer) =>
      isOurs === undefined || isOurs(producer) ? 0 : Number.POSITIVE_INFINITY,
    );
    this.epoch = new Float64Array(producers).fill(1);
    this.originals = new Originals(compare);
    this.heard = this.shared ? new Originals(compare) : null;
    this.acks = new AckTimes(producers);
  }

  /** A ledger as it was when this was taken. */
  static from(part: LedgerPart): Ledger {
    const ledger = new Ledger(part.what, part.producers, 1);
    ledger.sent.set(part.sent);
    ledger.epoch.set(part.epoch);
    for (const [producer, ends] of part.excused) {
      const excused = intervalsOf(producer, ledger.#excused);
      for (const [low, high] of eachRange(ends)) excused.add(low, high);
    }
    ledger.#attempted = part.counts.attempted;
    ledger.#missed = part.counts.missed;
    ledger.#refused = part.counts.refused;
    ledger.#doubted = part.counts.doubted;
    ledger.acks.addPart(part.acks ?? []);
    ledger.originals.addCompared(part.compared);
    for (const row of part.rows) ledger.#rows.push(Row.from(row, ledger));
    return ledger;
  }

  /** `whole`: with what is only asked for in the end. */
  part(whole: boolean): LedgerPart {
    return {
      what: this.what,
      producers: this.producers,
      sent: this.sent.slice(),
      epoch: this.epoch.slice(),
      excused: [...this.#excused].map(([producer, excused]) => [producer, rangesOf(excused.ranges())]),
      counts: {
        attempted: this.#attempted,
        missed: this.#missed,
        refused: this.#refused,
        doubted: this.#doubted,
      },
      acks: whole ? this.acks.part() : null,
      compared: this.originals.compared,
      rows: this.#rows.map((row) => row.part()),
    };
  }

  /** Of what was sent here, and of what was heard. */
  get samples(): LedgerSamples {
    return { sent: this.originals.samples, heard: this.heard?.samples ?? null };
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
    this.#attempted++;
    return sequence;
  }

  /** So many sends were due and not made: each is owed to every subscriber all the same. */
  miss(times: number): void {
    this.#missed += times;
  }

  /** How many sends were due and not made so far. */
  get missed(): number {
    return this.#missed;
  }

  /** (event, subscriber) pairs of what was due and not made, from the `from`-th of them on. */
  missedDeliveries(from: number): number {
    return this.#rows.reduce((sum, row) => sum + this.#missed - Math.max(from, row.missedBefore), 0);
  }

  /** From now on this producer's numbers belong to another key. */
  newKey(producer: number): void {
    this.epoch[producer] = (this.sent[producer] as number) + 1;
  }

  /** These were refused: certainly not held by the bus. Each message is refused or doubted once at the most. */
  refuse(messages: readonly Message[]): void {
    this.#refused += messages.length;
    this.#excuse(messages);
  }

  /** Whether the bus holds these is unknown: they may arrive or not, and either is right. */
  doubt(messages: readonly Message[]): void {
    this.#doubted += messages.length;
    this.#excuse(messages);
  }

  #excuse(messages: readonly Message[]): void {
    for (const { producer, sequence } of messages)
      intervalsOf(producer - 1, this.#excused).add(sequence, sequence);
  }

  get refused(): number {
    return this.#refused;
  }

  /** How many sends are in doubt. */
  get indeterminate(): number {
    return this.#doubted;
  }

  /** How many sends were attempted so far. */
  get attempted(): number {
    return this.#attempted;
  }

  /** True when some subscriber has more holes than are kept: counts of losses are then lower bounds. */
  get uncertain(): boolean {
    return this.#rows.some((row) => row.uncertain);
  }

  /**
   * How many sends with numbers from `from[p]` on (default: all) have reached every subscriber entitled to them, where
   * there is at least one. Walks all producers.
   */
  completed(from?: ArrayLike<number>): number {
    const torn = this.#rows.filter((row) => !row.whole);
    let sum = 0;
    for (let producer = 0; producer < this.producers; producer++) {
      let first = Number.POSITIVE_INFINITY;
      let reached = Number.POSITIVE_INFINITY;
      for (const row of this.#rows) {
        first = Math.min(first, row.entitledFrom(producer));
        reached = Math.min(reached, row.reached(producer));
      }
      first = Math.max(first, from?.[producer] ?? 1);
      if (reached < first) continue;
      sum += reached - first + 1;
      if (torn.length > 0) sum -= holesWithin(torn, producer, first, reached);
    }
    return sum;
  }

  /** (event, subscriber) pairs still outstanding that are neither refused nor in doubt. Cheap: walks only what is excused. */
  outstanding(): number {
    let sum = 0;
    for (const row of this.#rows) {
      sum += row.entitled - row.distinct;
      for (const [producer, excused] of this.#excused) sum -= this.#excusedAndMissing(row, producer, excused);
    }
    return sum;
  }

  #excusedAndMissing(row: Row, producer: number, excused: Intervals): number {
    const from = row.entitledFrom(producer);
    let sum = excused.countWithin(Math.max(from, row.reached(producer) + 1), Number.POSITIVE_INFINITY);
    for (const [low, high] of row.holes(producer)) sum += excused.countWithin(low, high);
    return sum;
  }

  /** True when nothing that `row` is owed of a producer's numbers up to `sequence` is outstanding. */
  allArrived(row: Row, producer: number, sequence: number): boolean {
    return this.#missing(row, producer, row.entitledFrom(producer), sequence).acked === 0;
  }

  /** How many of a producer's numbers from `low` to `high` are owed: neither refused nor in doubt. */
  owedWithin(producer: number, low: number, high: number): number {
    return high - low + 1 - (this.#excused.get(producer)?.countWithin(low, high) ?? 0);
  }

  /** A producer's numbers from `low` to `high` that are owed, as ranges in ascending order. */
  owedRanges(producer: number, low: number, high: number): readonly (readonly [from: number, to: number])[] {
    const owed: [number, number][] = [];
    let next = low;
    for (const [from, to] of this.#excused.get(producer)?.ranges() ?? []) {
      if (to < next) continue;
      if (from > high) break;
      if (from > next) owed.push([next, from - 1]);
      next = to + 1;
    }
    if (next <= high) owed.push([next, high]);
    return owed;
  }

  /** Counts what was sent with numbers `from[p]` to `to[p]`. */
  count(from: ArrayLike<number>, to: ArrayLike<number>): LedgerCount {
    let attempted = 0;
    let entitled = 0;
    let delivered = 0;
    let lostAcked = 0;
    for (let producer = 0; producer < this.producers; producer++) {
      const start = from[producer] as number;
      const last = to[producer] as number;
      attempted += Math.max(0, last - start + 1);
      for (const row of this.#rows) {
        const first = Math.max(start, row.entitledFrom(producer));
        if (last < first) continue;
        entitled += last - first + 1;
        const { missing, acked } = this.#missing(row, producer, first, last);
        delivered += last - first + 1 - missing;
        lostAcked += acked;
      }
    }
    return { attempted, entitled, delivered, lostAcked };
  }

  #missing(row: Row, producer: number, first: number, last: number): { missing: number; acked: number } {
    let missing = 0;
    let acked = 0;
    eachGap(row, producer, first, last, (low, high) => {
      missing += high - low + 1;
      acked += this.owedWithin(producer, low, high);
    });
    return { missing, acked };
  }
}

/** How many of the numbers from `first` to `last` at least one of the rows lacks. */
function holesWithin(rows: readonly Row[], producer: number, first: number, last: number): number {
  const union = new Intervals();
  for (const row of rows) {
    for (const [from, to] of row.holes(producer)) {
      if (from <= last && to >= first) union.add(Math.max(from, first), Math.min(to, last));
    }
  }
  return union.size;
}
