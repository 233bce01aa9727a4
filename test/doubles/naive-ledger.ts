/** What the ledger says, worked out the slow way: every message and every delivery kept. The tests' yardstick. */
export class NaiveLedger {
  readonly producers: number;
  readonly rows: NaiveRow[] = [];
  /** `producer:sequence`, in the order sent. */
  readonly sends: { readonly producer: number; readonly sequence: number; readonly key: number }[] = [];
  readonly excused = new Set<string>();
  readonly #keys: number[];

  constructor(producers: number) {
    this.producers = producers;
    this.#keys = Array.from({ length: producers }, () => 0);
  }

  last(producer: number): number {
    return this.sends.filter((send) => send.producer === producer).length;
  }

  send(producer: number): void {
    const key = this.#keys[producer] as number;
    this.sends.push({ producer, sequence: this.last(producer) + 1, key });
  }

  newKey(producer: number): void {
    (this.#keys[producer] as number)++;
  }

  /** The key a producer uses now. */
  keyOf(producer: number): number {
    return this.#keys[producer] as number;
  }

  join(): NaiveRow {
    const row = new NaiveRow(this);
    this.rows.push(row);
    return row;
  }

  completed(from?: ArrayLike<number>): number {
    return this.sends.filter(
      (send) =>
        send.sequence >= (from?.[send.producer] ?? 1) &&
        this.rows.some((row) => row.entitledTo(send)) &&
        this.rows.every((row) => !row.owes(send)),
    ).length;
  }

  count(from: ArrayLike<number>, to: ArrayLike<number>) {
    const sends = this.sends.filter(
      ({ producer, sequence }) =>
        sequence >= (from[producer] as number) && sequence <= (to[producer] as number),
    );
    const pairs = this.rows.flatMap((row) => sends.filter(row.entitledTo).map((send) => ({ row, send })));
    const missing = pairs.filter(({ row, send }) => !row.seen.has(nameOf(send)));
    return {
      attempted: sends.length,
      entitled: pairs.length,
      delivered: pairs.length - missing.length,
      lostAcked: missing.filter(({ send }) => !this.excused.has(nameOf(send))).length,
    };
  }
}

interface Send {
  readonly producer: number;
  readonly sequence: number;
}

export class NaiveRow {
  readonly #ledger: NaiveLedger;
  #entitledFrom = 0;
  seen = new Set<string>();
  duplicates = 0;
  reordered = 0;
  phantom = 0;
  early = 0;

  constructor(ledger: NaiveLedger) {
    this.#ledger = ledger;
    this.#entitledFrom = ledger.sends.length;
  }

  entitle(): void {
    this.early += this.seen.size;
    this.seen = new Set();
    this.#entitledFrom = this.#ledger.sends.length;
  }

  readonly entitledTo = (send: Send): boolean =>
    this.#ledger.sends.findIndex((one) => nameOf(one) === nameOf(send)) >= this.#entitledFrom;

  owes(send: Send): boolean {
    return this.entitledTo(send) && !this.seen.has(nameOf(send));
  }

  mark(producer: number, sequence: number): void {
    const { sends } = this.#ledger;
    const send = sends.find((one) => one.producer === producer && one.sequence === sequence);
    const name = nameOf({ producer, sequence });
    if (send === undefined) this.phantom++;
    else if (!this.entitledTo(send)) this.early++;
    else if (this.seen.has(name)) this.duplicates++;
    else {
      const overtaken = sends.some(
        (one) => one.producer === producer && one.sequence > sequence && this.seen.has(nameOf(one)),
      );
      // Order is judged within the key that is in use now.
      if (overtaken && send.key === this.#ledger.keyOf(producer)) this.reordered++;
      this.seen.add(name);
    }
  }
}

export function nameOf({ producer, sequence }: Send): string {
  return `${producer}:${sequence}`;
}
