import type { Message } from '../../core/message.ts';
import { type Intervals, intervalsOf } from './intervals.ts';
import type { Ledger } from './ledger.ts';
import type { Originals } from './originals.ts';
import { eachRange, type RowEvidence, type RowPart, rangesOf } from './part.ts';

/** More holes than this and the row says that it cannot tell any more, rather than eat the memory it measures. */
const holeLimit = 200_000;
/** Examples kept of each kind. */
const evidenceLimit = 1000;
const noHoles: readonly (readonly [number, number])[] = [];

/** What one subscriber has seen. */
export class Row {
  readonly name: string;
  readonly #ledger: Ledger;
  readonly originals: Originals;
  /** The ledger's own array: the last number sent, per producer. Doubles, so that no run is long enough to overflow. */
  readonly #sent: Float64Array;
  /** The sequence number expected next, per producer: everything below it has been seen, but for the holes. */
  readonly #next: Float64Array;
  /** The key of the highest number seen, per producer; null where the ledger itself knows when keys changed. */
  readonly #keys: string[] | null;
  /** Null: owed everything, from each producer's first number on. */
  #entitledFrom: Float64Array | null = null;
  #attemptedBefore = 0;
  #missedBefore = 0;
  readonly #holes = new Map<number, Intervals>();
  #holePieces = 0;
  #distinct = 0;
  #duplicates = 0;
  /** The highest number that came again, per producer that has one. */
  readonly #lastRepeated = new Map<number, number>();
  #rewound = 0;
  #reordered = 0;
  #phantom = 0;
  #corrupt = 0;
  #early = 0;
  #uncertain = false;
  /** Examples of what should not be, the first few. */
  readonly evidence: RowEvidence = { duplicate: [], rewound: [], reordered: [], phantom: [] };

  constructor(name: string, ledger: Ledger) {
    this.name = name;
    this.#ledger = ledger;
    this.originals = ledger.originals;
    this.#sent = ledger.sent;
    this.#next = new Float64Array(ledger.producers);
    this.#keys = ledger.shared ? new Array<string>(ledger.producers).fill('') : null;
    this.entitle();
  }

  /** A row of this ledger as it was when this was taken, of a subscriber that was there before anything was sent. */
  static from(part: RowPart, ledger: Ledger): Row {
    const row = new Row(part.name, ledger);
    row.#next.set(part.next);
    row.#entitledFrom = null;
    [row.#attemptedBefore, row.#missedBefore, row.#early] = [0, 0, part.counts.early];
    for (const [producer, ends] of part.holes)
      for (const [low, high] of eachRange(ends)) row.#open(producer, low, high);
    row.#distinct = part.counts.distinct;
    row.#duplicates = part.counts.duplicates;
    row.#rewound = part.counts.rewound;
    row.#reordered = part.counts.reordered;
    row.#phantom = part.counts.phantom;
    row.#corrupt = part.counts.corrupt;
    row.#uncertain ||= part.uncertain;
    for (const [producer, sequence] of part.lastRepeated) row.#lastRepeated.set(producer, sequence);
    for (const kind of Object.keys(row.evidence) as (keyof RowEvidence)[])
      row.evidence[kind].push(...part.evidence[kind].slice(0, evidenceLimit));
    return row;
  }

  part(): RowPart {
    return {
      name: this.name,
      next: this.#next.slice(),
      holes: [...this.#holes].map(([producer, holes]) => [producer, rangesOf(holes.ranges())]),
      counts: {
        distinct: this.#distinct,
        duplicates: this.#duplicates,
        rewound: this.#rewound,
        reordered: this.#reordered,
        phantom: this.#phantom,
        corrupt: this.#corrupt,
        early: this.#early,
      },
      lastRepeated: this.#lastRepeated,
      uncertain: this.#uncertain,
      evidence: this.evidence,
    };
  }

  /**
   * Owed everything that is sent from now on, and nothing from before. Said once when the row is made, and again when
   * a subscription stands that took a while: what the handler was given meanwhile was early, and is not held against
   * anyone.
   */
  entitle(): void {
    this.#early += this.#distinct;
    this.#distinct = 0;
    this.#holes.clear();
    this.#holePieces = 0;
    // Of those that send elsewhere it is owed all: they begin when it is there.
    for (const [producer, sent] of this.#sent.entries())
      this.#next[producer] = Number.isFinite(sent) ? sent + 1 : 1;
    this.#attemptedBefore = this.#ledger.attempted;
    this.#missedBefore = this.#ledger.missed;
    this.#entitledFrom = this.#attemptedBefore === 0 ? null : this.#next.slice();
  }

  /**
   * Notes one delivery; false when it was owed to nobody: never sent, or sent before this subscriber was entitled to
   * it. `key`: what it was sent under, where the ledger is shared. The hot path: in order and once is two reads, two comparisons and two writes.
   */
  mark(producer: number, sequence: number, key = ''): boolean {
    if (sequence === this.#next[producer] && sequence <= (this.#sent[producer] as number)) {
      this.#next[producer] = sequence + 1;
      this.#distinct++;
      if (this.#keys !== null) this.#keys[producer] = key;
      return true;
    }
    return this.#irregular(producer, sequence, key);
  }

  /** Notes where a delivery is not what was sent under its number. For what `originals` samples. */
  compare(message: Message): void {
    const isForeign = this.#sent[message.producer - 1] === Number.POSITIVE_INFINITY;
    const flaw = isForeign ? (this.#ledger.heard?.hear(message) ?? null) : this.originals.flawOf(message);
    if (flaw === null) return;
    this.#corrupt++;
    const { producer, sequence } = message;
    const what = `${this.#ledger.what} ${producer}:${sequence} reached ${this.name} corrupt: ${flaw}`;
    remember(this.evidence.phantom, what);
  }

  /** Something was delivered here that this subscriber should never have been given. */
  markForeign(what: string): void {
    this.#phantom++;
    remember(this.evidence.phantom, what);
  }

  #irregular(producer: number, sequence: number, key: string): boolean {
    const { what } = this.#ledger;
    if (!this.#wasSent(producer, sequence)) {
      this.markForeign(`${what} ${producer + 1}:${sequence} reached ${this.name} and was never sent`);
      return false;
    }
    const next = this.#next[producer] as number;
    if (sequence > next) {
      this.#open(producer, next, sequence - 1);
      this.#next[producer] = sequence + 1;
      this.#distinct++;
      if (this.#keys !== null) this.#keys[producer] = key;
    } else if (sequence < this.entitledFrom(producer)) {
      this.#early++;
      return false;
    } else if (this.#close(producer, sequence)) {
      this.#distinct++;
      if (this.#isOfEarlierKey(producer, sequence, key)) return true;
      this.#reordered++;
      remember(
        this.evidence.reordered,
        `${what} ${producer + 1}:${sequence} reached ${this.name} after ${next - 1}`,
      );
    } else if (!this.#uncertain) {
      this.#duplicates++;
      this.#lastRepeated.set(producer, Math.max(sequence, this.#lastRepeated.get(producer) ?? 0));
      const again = `${what} ${producer + 1}:${sequence} reached ${this.name} again, after ${next - 1}`;
      remember(this.evidence.duplicate, again);
      if (sequence < next - 1) {
        this.#rewound++;
        remember(this.evidence.rewound, again);
      }
    }
    return true;
  }

  /** Order is promised only within a key. */
  #isOfEarlierKey(producer: number, sequence: number, key: string): boolean {
    return this.#keys === null
      ? sequence < (this.#ledger.epoch[producer] as number)
      : key !== this.#keys[producer];
  }

  #wasSent(producer: number, sequence: number): boolean {
    const last = this.#sent[producer];
    return last !== undefined && Number.isInteger(sequence) && sequence >= 1 && sequence <= last;
  }

  #open(producer: number, from: number, to: number): void {
    if (this.#holePieces >= holeLimit) {
      this.#uncertain = true;
      return;
    }
    const holes = intervalsOf(producer, this.#holes);
    const before = holes.pieces;
    holes.add(from, to);
    this.#holePieces += holes.pieces - before;
  }

  /** Takes a number out of the holes; false when it was in none. */
  #close(producer: number, sequence: number): boolean {
    const holes = this.#holes.get(producer);
    if (holes === undefined) return false;
    const before = holes.pieces;
    const closed = holes.delete(sequence);
    // Splitting a hole costs a piece as well; the holes kept stay true ones, so only the upper half can be given up.
    if (holes.pieces > before && this.#holePieces >= holeLimit) {
      holes.deleteInterval(sequence + 1);
      this.#uncertain = true;
    }
    this.#holePieces += holes.pieces - before;
    if (holes.pieces === 0) this.#holes.delete(producer);
    return closed;
  }

  /** The highest sequence number seen of this producer (or the last one sent before this subscriber was entitled). */
  reached(producer: number): number {
    return (this.#next[producer] as number) - 1;
  }

  /** What is missing below `reached`, ascending. */
  holes(producer: number): Iterable<readonly [from: number, to: number]> {
    return this.#holes.get(producer)?.ranges() ?? noHoles;
  }

  /** True when nothing at all is missing below what was reached. */
  get whole(): boolean {
    return this.#holes.size === 0;
  }

  entitledFrom(producer: number): number {
    return this.#entitledFrom === null ? 1 : (this.#entitledFrom[producer] as number);
  }

  /** Of each producer of which something came again, the highest number that did. */
  get lastRepeated(): ReadonlyMap<number, number> {
    return this.#lastRepeated;
  }

  /** How many sends had been due and not made before it was owed any. */
  get missedBefore(): number {
    return this.#missedBefore;
  }

  /** How many sends it is entitled to so far, refused ones included. */
  get entitled(): number {
    return this.#ledger.attempted - this.#attemptedBefore;
  }

  /** Distinct deliveries of what it is entitled to, each (producer, sequence) once. */
  get distinct(): number {
    return this.#distinct;
  }

  get duplicates(): number {
    return this.#duplicates;
  }

  /** Of the duplicates, those that came after a later one of the same producer: the subscriber was taken back. */
  get rewound(): number {
    return this.#rewound;
  }

  /** Deliveries that came after a later one of the same key. */
  get reordered(): number {
    return this.#reordered;
  }

  /** Deliveries of what was never sent here, and of what was sent otherwise. */
  get phantom(): number {
    return this.#phantom + this.#corrupt;
  }

  /** How many deliveries it accounts for, as one thing or another; fewer than there were when it is uncertain. */
  get accounted(): number {
    return this.#distinct + this.#duplicates + this.#early + this.#phantom;
  }

  /** Deliveries of what was sent before this subscriber was entitled: allowed, not owed. */
  get early(): number {
    return this.#early;
  }

  /**
   * There were more holes than are kept. The holes that are kept are real, so a loss or reordering that was counted
   * did happen; but there may be more, and duplicates are not counted from here on.
   */
  get uncertain(): boolean {
    return this.#uncertain;
  }
}

function remember(list: string[], what: string): void {
  if (list.length < evidenceLimit) list.push(what);
}
