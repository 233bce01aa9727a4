import type { Ledger } from './ledger.ts';
import type { Row } from './row.ts';

/** Neighbouring numbers of one producer that a subscriber was owed and never given. */
export interface Loss {
  /** As the message carries it. */
  readonly producer: number;
  readonly from: number;
  readonly to: number;
  /** How many of them were acknowledged. */
  readonly owed: number;
  readonly subscriber: string;
  /** Later ones of that producer came all the same. */
  readonly passedOver: boolean;
  /** About when the first and the last of them were acknowledged, in Clock milliseconds; null: not known. */
  readonly firstAckedMs: number | null;
  readonly lastAckedMs: number | null;
  /** The last of them was not acknowledged before this, in Clock milliseconds; null: not known. */
  readonly notBeforeMs: number | null;
}

/** Calls `take` with every stretch of a producer's numbers from `first` to `last` that the row lacks, ascending. */
export function eachGap(
  row: Row,
  producer: number,
  first: number,
  last: number,
  take: (low: number, high: number, passedOver: boolean) => void,
): void {
  const offer = (low: number, high: number, passedOver: boolean): void => {
    if (high >= low) take(low, high, passedOver);
  };
  for (const [low, high] of row.holes(producer)) offer(Math.max(low, first), Math.min(high, last), true);
  offer(Math.max(row.reached(producer) + 1, first), last, false);
}

/** All that was acknowledged and lost, producer by producer. Lazy: there may be millions, and few are wanted. */
export function* lossesOf(ledger: Ledger): Generator<Loss> {
  for (let producer = 0; producer < ledger.producers; producer++) {
    for (const row of ledger.rows) yield* lossesAt(ledger, row, producer);
  }
}

/** From about when the first of all that was lost had been acknowledged to when the last had, in ms; null: not known. */
export function lostSpanMs(ledgers: readonly Ledger[]): number | null {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const ledger of ledgers) {
    for (const { firstAckedMs, lastAckedMs } of lossesOf(ledger)) {
      first = Math.min(first, firstAckedMs ?? first);
      last = Math.max(last, lastAckedMs ?? last);
    }
  }
  return last < first ? null : last - first;
}

function lossesAt(ledger: Ledger, row: Row, producer: number): readonly Loss[] {
  const losses: Loss[] = [];
  eachGap(
    row,
    producer,
    row.entitledFrom(producer),
    ledger.sent[producer] as number,
    (from, to, passedOver) => {
      const owed = ledger.owedWithin(producer, from, to);
      if (owed === 0) return;
      losses.push({
        producer: producer + 1,
        from,
        to,
        owed,
        subscriber: row.name,
        passedOver,
        firstAckedMs: ledger.acks.about(producer, from),
        lastAckedMs: ledger.acks.about(producer, to),
        notBeforeMs: ledger.acks.notBefore(producer, to),
      });
    },
  );
  return losses;
}
