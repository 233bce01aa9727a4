import { Intervals } from './intervals.ts';
import type { Ledger } from './ledger.ts';

/** More holes than this and the row says that it cannot tell any more, rather than eat the memory it measures. */
const holeLimit = 200_000;
const evidenceLimit = 10;
const noHoles: readonly (readonly [number, number])[] = [];

/** What one subscriber has seen. */
export class Row {
  readonly name: string;
  readonly #ledger: Ledger;
  readonly #sent: Uint32Array;
  /** The sequence number expected next, per producer: everything below it has been seen, but for the holes. */
  readonly #next: Uint32Array;
  readonly #entitledFrom: Uint32Array;
  readonly #holes = new Map<number, Intervals>();
  #holePieces = 0;
  #duplicates = 0;
  #reordered = 0;
  #phantom = 0;
  #early = 0;
  #uncertain = false;
  /** Examples of what should not be, the first few. */
  readonly evidence: { duplicate: string[]; reordered: string[]; phantom: string[] } = {
    duplicate: [],
    reordered: [],
    phantom: [],
  };

  constructor(name: string, ledger: Ledger) {
    this.name = name;
    this.#ledger = ledger;
    this.#sent = ledger.sent;
    this.#next = new Uint32Array(ledger.producers);
    for (let producer = 0; producer < ledger.producers; producer++) {
      this.#next[producer] = (ledger.sent[producer] as number) + 1;
    }
    this.#entitledFrom = this.#next.slice();
  }

  /** Notes one delivery. The hot path: in order and once is two reads, two comparisons and a write. */
  mark(producer: number, sequence: number): void {
    if (sequence === this.#next[producer] && sequence <= (this.#sent[producer] as number)) {
      this.#next[producer] = sequence + 1;
    } else this.#irregular(producer, sequence);
  }

  /** Something was delivered here that this subscriber should never have been given. */
  markForeign(what: string): void {
    this.#phantom++;
    remember(this.evidence.phantom, what);
  }

  #irregular(producer: number, sequence: number): void {
    const { what, producers, epoch } = this.#ledger;
    const known = Number.isInteger(producer) && producer >= 0 && producer < producers;
    if (
      !known ||
      !Number.isInteger(sequence) ||
      sequence < 1 ||
      sequence > (this.#sent[producer] as number)
    ) {
      this.markForeign(`${what} ${producer}:${sequence} reached ${this.name} and was never sent`);
      return;
    }
    const next = this.#next[producer] as number;
    if (sequence > next) {
      this.#open(producer, next, sequence - 1);
      this.#next[producer] = sequence + 1;
    } else if (sequence < (this.#entitledFrom[producer] as number)) this.#early++;
    else if (this.#close(producer, sequence)) {
      if (sequence < (epoch[producer] as number)) return;
      this.#reordered++;
      remember(
        this.evidence.reordered,
        `${what} ${producer}:${sequence} reached ${this.name} after ${next - 1}`,
      );
    } else {
      this.#duplicates++;
      remember(this.evidence.duplicate, `${what} ${producer}:${sequence} reached ${this.name} again`);
    }
  }

  #open(producer: number, from: number, to: number): void {
    if (this.#holePieces >= holeLimit) {
      this.#uncertain = true;
      return;
    }
    let holes = this.#holes.get(producer);
    if (holes === undefined) {
      holes = new Intervals();
      this.#holes.set(producer, holes);
    }
    const before = holes.pieces;
    holes.append(from, to);
    this.#holePieces += holes.pieces - before;
  }

  #close(producer: number, sequence: number): boolean {
    const holes = this.#holes.get(producer);
    if (holes === undefined) return false;
    const before = holes.pieces;
    const closed = holes.delete(sequence);
    this.#holePieces += holes.pieces - before;
    return closed;
  }

  /** The highest sequence number seen of this producer (or the last one sent before this subscriber joined). */
  reached(producer: number): number {
    return (this.#next[producer] as number) - 1;
  }

  holes(producer: number): Iterable<readonly [from: number, to: number]> {
    return this.#holes.get(producer)?.ranges() ?? noHoles;
  }

  entitledFrom(producer: number): number {
    return this.#entitledFrom[producer] as number;
  }

  /** True when every number of this producer up to `sequence` has been seen. */
  hasAll(producer: number, sequence: number): boolean {
    return (
      this.reached(producer) >= sequence && (this.#holes.get(producer)?.countWithin(1, sequence) ?? 0) === 0
    );
  }

  get duplicates(): number {
    return this.#duplicates;
  }

  /** Deliveries that came after a later one of the same key. */
  get reordered(): number {
    return this.#reordered;
  }

  get phantom(): number {
    return this.#phantom;
  }

  /** Deliveries of what was sent before this subscriber joined: allowed, not owed. */
  get early(): number {
    return this.#early;
  }

  /** Distinct deliveries, each (producer, sequence) once. */
  get distinct(): number {
    let sum = 0;
    for (let producer = 0; producer < this.#next.length; producer++) {
      sum += (this.#next[producer] as number) - (this.#entitledFrom[producer] as number);
      sum -= this.#holes.get(producer)?.size ?? 0;
    }
    return sum;
  }

  /** There were more holes than are kept: losses and duplicates can no longer be told apart. */
  get uncertain(): boolean {
    return this.#uncertain;
  }
}

function remember(list: string[], what: string): void {
  if (list.length < evidenceLimit) list.push(what);
}
