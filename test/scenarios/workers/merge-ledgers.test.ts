import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Message } from '../../../core/message.ts';
import { createRandom, type Random } from '../../../core/random.ts';
import { compareSamples } from '../../../scenarios/ledger/compare-samples.ts';
import { Ledger } from '../../../scenarios/ledger/ledger.ts';
import { lossesOf } from '../../../scenarios/ledger/losses.ts';
import { marksOf } from '../../../scenarios/ledger/marks.ts';
import { mergeLedgers } from '../../../scenarios/ledger/merge.ts';
import type { LedgerPart } from '../../../scenarios/ledger/part.ts';
import type { Row } from '../../../scenarios/ledger/row.ts';
import { isOwn, ownerOf } from '../../../scenarios/load/share.ts';

const producers = 5;
const subscribers = 3;

function messageOf(producer: number, sequence: number): Message {
  const rest = { type: 'log', swarmId: '', at: 0, sentAt: 0, data: null };
  return { ...rest, key: `agent-${producer}`, producer: producer + 1, sequence };
}

/** The same load kept by one process, and by several: sends where the producer is, deliveries where the subscriber is. */
class Twice {
  readonly whole = new Ledger('event', producers);
  readonly parts: readonly Ledger[];
  readonly #wholeRows: readonly Row[];
  readonly #rows: readonly Row[];

  constructor(workers: number) {
    this.parts = Array.from(
      { length: workers },
      (_, number) =>
        new Ledger('event', producers, 64, (producer) => isOwn(producer, { number, of: workers })),
    );
    const names = Array.from({ length: subscribers }, (_, index) => `subscriber ${index + 1}`);
    this.#wholeRows = names.map((name) => this.whole.join(name));
    this.#rows = names.map((name, index) => (this.parts[index % workers] as Ledger).join(name));
  }

  #of(producer: number): readonly Ledger[] {
    return [this.whole, this.parts[ownerOf(producer, this.parts.length)] as Ledger];
  }

  send(producer: number): number {
    return Math.max(...this.#of(producer).map((ledger) => ledger.next(producer)));
  }

  refuse(producer: number, sequence: number): void {
    for (const ledger of this.#of(producer)) ledger.refuse([messageOf(producer, sequence)]);
  }

  doubt(producer: number, sequence: number): void {
    for (const ledger of this.#of(producer)) ledger.doubt([messageOf(producer, sequence)]);
  }

  ack(producer: number, sequence: number, atMs: number): void {
    for (const ledger of this.#of(producer)) ledger.acks.note([messageOf(producer, sequence)], atMs);
  }

  miss(producer: number): void {
    for (const ledger of this.#of(producer)) ledger.miss(1);
  }

  deliver(subscriber: number, producer: number, sequence: number): void {
    for (const rows of [this.#wholeRows, this.#rows])
      (rows[subscriber] as Row).mark(producer, sequence, `agent-${producer}`);
  }

  merged(): Ledger {
    return mergedOf(this.parts.map((part) => part.part(true)));
  }
}

function mergedOf(parts: readonly LedgerPart[]): Ledger {
  // As from another process.
  return Ledger.from(mergeLedgers(structuredClone(parts), (producer) => ownerOf(producer, parts.length)));
}

/** All that anybody asks of a ledger. */
function saidBy(ledger: Ledger) {
  const ones = new Float64Array(producers).fill(1);
  const middle = ledger.sent.map((last) => Math.ceil(last / 2) + 1);
  return {
    sent: ledger.sent,
    marks: marksOf(ledger),
    counts: [ledger.attempted, ledger.missed, ledger.refused, ledger.indeterminate, ledger.uncertain],
    missed: ledger.missedDeliveries(0),
    all: ledger.count(ones, ledger.sent),
    half: ledger.count(middle, ledger.sent),
    completed: [ledger.completed(), ledger.completed(middle)],
    outstanding: ledger.outstanding(),
    losses: [...lossesOf(ledger)],
    rows: ledger.rows.map((row) => [
      row.name,
      row.distinct,
      row.duplicates,
      row.rewound,
      row.reordered,
      row.phantom,
      row.early,
      row.accounted,
      row.whole,
      [...row.lastRepeated].sort(([a], [b]) => a - b),
    ]),
  };
}

/** Sends, refusals, doubts, deliveries late, twice, out of order, never, and of what was never sent. */
function play(twice: Twice, random: Random, operations: number): void {
  const underWay: [subscriber: number, producer: number, sequence: number][] = [];
  const seen: [subscriber: number, producer: number, sequence: number][] = [];
  for (let atMs = 0; atMs < operations; atMs++) {
    const draw = random.next();
    const producer = random.integer(0, producers - 1);
    if (draw < 0.4) {
      const sequence = twice.send(producer);
      const fate = random.next();
      if (fate < 0.05) twice.refuse(producer, sequence);
      else {
        if (fate < 0.15) twice.doubt(producer, sequence);
        else twice.ack(producer, sequence, atMs);
        for (let index = 0; index < subscribers; index++)
          if (random.next() > 0.1) underWay.push([index, producer, sequence]);
      }
    } else if (draw < 0.42) twice.miss(producer);
    else if (draw < 0.43 && seen.length > 0) twice.deliver(...random.pick(seen));
    else if (underWay.length > 0) {
      const at = random.next() < 0.9 ? 0 : random.integer(0, underWay.length - 1);
      const [delivery] = underWay.splice(at, 1) as [[number, number, number]];
      twice.deliver(...delivery);
      seen.push(delivery);
    }
  }
}

for (const workers of [1, 2, 3, 4]) {
  test(`what ${workers} processes have kept of a load is what one would have kept of it`, () => {
    for (let seed = 1; seed <= 10; seed++) {
      const twice = new Twice(workers);
      play(twice, createRandom(seed), 600);
      assert.equal(saidBy(twice.merged()), saidBy(twice.whole), `seed ${seed}`);
    }
  });
}

test('what a worker publishes and a subscriber of another gets is delivered, and what it does not get is lost', () => {
  const twice = new Twice(2);
  for (let times = 0; times < 3; times++) twice.send(0);
  for (const sequence of [1, 3]) twice.deliver(1, 0, sequence);
  const merged = twice.merged();
  const row = merged.rows.find(({ name }) => name === 'subscriber 2') as Row;
  assert.is(row.distinct, 2);
  const losses = [...lossesOf(merged)].filter(({ subscriber }) => subscriber === 'subscriber 2');
  assert.equal(
    losses.map(({ producer, from, to, passedOver }) => [producer, from, to, passedOver]),
    [[1, 2, 2, true]],
  );
});

test('what reaches another process and was never sent is a phantom once the sender says how far it came', () => {
  const twice = new Twice(2);
  twice.send(0);
  for (const sequence of [1, 2, 4]) twice.deliver(1, 0, sequence);
  const [merged, whole] = [twice.merged(), twice.whole];
  for (const ledger of [merged, whole]) {
    const row = ledger.rows.find(({ name }) => name === 'subscriber 2') as Row;
    assert.equal([row.distinct, row.phantom], [1, 2]);
    assert.is(row.evidence.phantom.length > 0, true);
  }
});

test('order is asked for within a key, also where the sender is elsewhere', () => {
  const twice = new Twice(2);
  const [, other] = twice.parts as [Ledger, Ledger];
  const row = other.rows[0] as Row;
  row.mark(0, 1, 'first');
  row.mark(0, 4, 'second');
  row.mark(0, 2, 'first');
  assert.is(row.reordered, 0);
  row.mark(0, 3, 'second');
  assert.is(row.reordered, 1);
});

test('messages of a row that all processes have are put together by who sent them', () => {
  const parts = [0, 1].map((number) => {
    const ledger = new Ledger('message', 2);
    const row = ledger.join('the addressed agent');
    for (let times = 0; times <= number; times++) row.mark(number, ledger.next(number));
    ledger.next(number);
    return ledger.part(true);
  });
  const merged = mergedOf(parts);
  assert.equal([...merged.sent], [2, 3]);
  assert.is(merged.rows.length, 1);
  assert.equal([merged.rows[0]?.distinct, merged.completed(), merged.outstanding()], [3, 3, 2]);
});

for (const [what, arrived, compared, phantom] of [
  ['as it was sent', {}, 1, 0],
  ['with other data', { data: 'b' }, 1, 1],
  ['as due at another time', { at: 7 }, 1, 1],
  ['under a number of which nothing was kept', { sequence: 2 }, 0, 0],
] as const) {
  test(`what another worker sent and arrives ${what} is compared once both say what they have`, () => {
    const parts = [0, 1].map(
      (number) => new Ledger('event', 2, 1, (producer) => isOwn(producer, { number, of: 2 })),
    ) as [Ledger, Ledger];
    const [sender, receiver] = parts;
    const row = receiver.join('subscriber 2');
    for (let times = 0; times < 2; times++) sender.next(0);
    const sent = { ...messageOf(0, 1), data: 'a' };
    sender.originals.keep([sent]);
    const message = { ...sent, ...arrived };
    row.mark(0, message.sequence, message.key);
    row.compare(message);
    const said = structuredClone(parts.map((part) => part.part(true)));
    const samples = structuredClone(parts.map((part) => part.samples));
    const ledger = Ledger.from(
      compareSamples(
        mergeLedgers(said, (producer) => producer % 2),
        said,
        samples,
      ),
    );
    assert.equal([ledger.originals.compared, ledger.rows[0]?.phantom], [compared, phantom]);
  });
}

test('two subscribers of one worker that are given different things under one number: one of them is wrong', () => {
  const ledger = new Ledger('event', 2, 1, (producer) => producer === 1);
  const [first, second] = [ledger.join('subscriber 1'), ledger.join('subscriber 2')];
  first.compare({ ...messageOf(0, 1), data: 'a' });
  second.compare({ ...messageOf(0, 1), data: 'b' });
  assert.equal([first.phantom, second.phantom], [0, 1]);
});

/** Parts as a worker would send them that cannot count: each is found. */
const broken: { readonly [what: string]: (part: LedgerPart) => LedgerPart } = {
  'loses a hole': (part) => ({ ...part, rows: part.rows.map((row) => ({ ...row, holes: [] })) }),
  'counts its deliveries twice': (part) => ({
    ...part,
    rows: part.rows.map((row) => ({
      ...row,
      counts: { ...row.counts, distinct: 2 * row.counts.distinct },
    })),
  }),
  'forgets what was refused': (part) => ({ ...part, excused: [] }),
  'has a row less': (part) => ({ ...part, rows: part.rows.slice(1) }),
  'says that it sent more': (part) => ({ ...part, sent: part.sent.map((last) => last + 1) }),
};

for (const [what, breakIt] of Object.entries(broken)) {
  test(`a worker that ${what} does not pass for one that counts`, () => {
    const twice = new Twice(2);
    play(twice, createRandom(7), 600);
    const [first, second] = twice.parts.map((part) => part.part(true)) as [LedgerPart, LedgerPart];
    assert.equal(saidBy(mergedOf([first, second])), saidBy(twice.whole));
    assert.not.equal(saidBy(mergedOf([breakIt(first), second])), saidBy(twice.whole));
  });
}

test.run();
