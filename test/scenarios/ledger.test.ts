import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Message } from '../../core/message.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import { lossesOf, lostSpanMs } from '../../scenarios/ledger/losses.ts';
import { NaiveLedger, nameOf } from '../doubles/naive-ledger.ts';

function message(producer: number, sequence: number): Message {
  return {
    key: 'k',
    type: 'log',
    swarmId: '',
    producer: producer + 1,
    sequence,
    at: 0,
    sentAt: 0,
    data: null,
  };
}

function send(ledger: Ledger, producer: number, times = 1): void {
  for (let time = 0; time < times; time++) ledger.next(producer);
}

/** `2:3..4 a`: what was lost, of whom, and who lacks it; in brackets where it was not passed over. */
function lost(ledger: Ledger): readonly string[] {
  return [...lossesOf(ledger)].map(({ producer, from, to, subscriber, passedOver }) => {
    const text = `${producer}:${from}..${to} ${subscriber}`;
    return passedOver ? text : `(${text})`;
  });
}

function whole(ledger: Ledger) {
  return ledger.count(new Float64Array(ledger.producers).fill(1), ledger.sent);
}

test('in order and once: nothing to report', () => {
  const ledger = new Ledger('event', 2);
  const rows = [ledger.join('a'), ledger.join('b')];
  for (let sequence = 1; sequence <= 100; sequence++) {
    for (const producer of [0, 1]) {
      assert.is(ledger.next(producer), sequence);
      for (const row of rows) row.mark(producer, sequence);
    }
  }
  assert.equal(whole(ledger), {
    attempted: 200,
    entitled: 400,
    delivered: 400,
    lostAcked: 0,
  });
  assert.is(ledger.completed(), 200);
  assert.is(ledger.outstanding(), 0);
  for (const row of rows) {
    assert.equal(
      [row.distinct, row.duplicates, row.reordered, row.phantom, row.early],
      [100 * 2, 0, 0, 0, 0],
    );
    assert.ok(row.whole);
  }
});

test('a loss is counted, named with the number the message carried, and found again when it comes late', () => {
  const ledger = new Ledger('event', 1);
  const row = ledger.join('subscriber 1');
  send(ledger, 0, 6);
  for (const sequence of [1, 2, 5, 6]) row.mark(0, sequence);
  assert.equal(lost(ledger), ['1:3..4 subscriber 1']);
  assert.equal([whole(ledger).lostAcked, ledger.completed(), ledger.outstanding()], [2, 4, 2]);
  row.mark(0, 3);
  assert.equal([whole(ledger).lostAcked, ledger.completed(), row.reordered], [1, 5, 1]);
  assert.equal(row.evidence.reordered, ['event 1:3 reached subscriber 1 after 6']);
});

test('from when the first was acknowledged that was lost to when the last was', () => {
  const ledgers = [new Ledger('event', 1), new Ledger('message', 1)];
  assert.is(lostSpanMs(ledgers), null);
  for (const [index, ledger] of ledgers.entries()) {
    const row = ledger.join('a');
    send(ledger, 0, 3);
    ledger.acks.note([message(0, 1)], 100);
    ledger.acks.note([message(0, 2)], 200 + 50 * index);
    ledger.acks.note([message(0, 3)], 300);
    row.mark(0, 1);
    row.mark(0, 3);
  }
  assert.is(lostSpanMs(ledgers), 50);
});

test('what nobody saw yet is outstanding, from the last seen to the last sent', () => {
  const ledger = new Ledger('event', 1);
  ledger.join('a');
  send(ledger, 0, 3);
  assert.equal(lost(ledger), ['(1:1..3 a)']);
});

test('the producer a message carries is the one that is excused', () => {
  // Messages of ledger producer 0 carry 1: producer 0 is the orchestrator's own.
  const ledger = new Ledger('event', 2);
  ledger.join('a');
  send(ledger, 0, 2);
  send(ledger, 1, 2);
  ledger.refuse([message(0, 1)]);
  ledger.doubt([message(0, 2), message(1, 2)]);
  const { entitled, delivered, lostAcked } = whole(ledger);
  assert.equal([entitled, delivered, lostAcked, ledger.outstanding()], [4, 0, 1, 1]);
  assert.equal(
    [...lossesOf(ledger)].map(({ producer, from, to, owed }) => [producer, from, to, owed]),
    [[2, 1, 2, 1]],
  );
  assert.equal([ledger.refused, ledger.indeterminate], [1, 2]);
});

test('what was in doubt and arrives all the same is neither phantom nor duplicate', () => {
  const ledger = new Ledger('event', 1);
  const row = ledger.join('a');
  send(ledger, 0, 2);
  ledger.doubt([message(0, 1)]);
  row.mark(0, 1);
  row.mark(0, 2);
  assert.equal([row.phantom, row.duplicates, row.distinct, ledger.outstanding()], [0, 0, 2, 0]);
});

test('what comes again is no way back, unless something came after it', () => {
  const ledger = new Ledger('event', 1);
  const row = ledger.join('a');
  send(ledger, 0, 4);
  for (const sequence of [1, 2, 2, 3, 1, 2, 3, 4]) row.mark(0, sequence);
  assert.equal([row.duplicates, row.rewound, row.distinct], [4, 2, 4]);
  assert.equal(row.evidence.rewound, [
    'event 1:1 reached a again, after 3',
    'event 1:2 reached a again, after 3',
  ]);
});

test('phantoms: what was never sent, by anyone, ever', () => {
  const ledger = new Ledger('event', 2);
  const row = ledger.join('a');
  send(ledger, 0, 3);
  const never: readonly (readonly [number, number])[] = [
    [0, 4],
    [1, 1],
    [2, 1],
    [-1, 1],
    [0, 0],
    [0, -1],
    [0, 1.5],
    [0.5, 1],
    [Number.NaN, 1],
    [0, Number.NaN],
    [undefined as unknown as number, undefined as unknown as number],
  ];
  for (const [producer, sequence] of never) row.mark(producer, sequence);
  row.markForeign('message of another');
  assert.is(row.phantom, never.length + 1);
  assert.is(row.evidence.phantom.length, never.length + 1);
  assert.equal([row.distinct, ledger.outstanding()], [0, 3]);
});

test('a late subscriber is owed only what is sent after it joined; what it gets of before is early', () => {
  const ledger = new Ledger('event', 1);
  const first = ledger.join('first');
  send(ledger, 0, 5);
  const late = ledger.join('late');
  send(ledger, 0, 5);
  for (let sequence = 1; sequence <= 10; sequence++) first.mark(0, sequence);
  for (const sequence of [4, 5, 6, 7, 9, 10]) late.mark(0, sequence);
  assert.equal([late.early, late.distinct, late.entitled, late.phantom], [2, 4, 5, 0]);
  assert.equal([whole(ledger).entitled, whole(ledger).lostAcked, ledger.completed()], [15, 1, 9]);
});

test('a subscription that took a while is owed what is sent after it stands', () => {
  const ledger = new Ledger('event', 1);
  const row = ledger.join('a');
  send(ledger, 0, 4);
  row.mark(0, 1);
  row.mark(0, 3);
  row.entitle();
  row.mark(0, 4);
  send(ledger, 0, 2);
  assert.equal(
    [row.early, row.distinct, row.entitled, ledger.outstanding(), row.duplicates],
    [3, 0, 2, 2, 0],
  );
  row.mark(0, 5);
  row.mark(0, 6);
  // Nobody was owed the first four: they reached nobody.
  assert.equal([whole(ledger).lostAcked, whole(ledger).delivered, ledger.completed()], [0, 2, 2]);
});

test('order is promised within a key: a new key of the same producer may overtake the old', () => {
  const ledger = new Ledger('message', 1);
  const row = ledger.join('a');
  send(ledger, 0, 2);
  ledger.newKey(0);
  send(ledger, 0, 3);
  for (const sequence of [1, 3, 2, 5, 4]) row.mark(0, sequence);
  assert.equal([row.reordered, row.distinct], [1, 5]);
  assert.equal(row.evidence.reordered, ['message 1:4 reached a after 5']);
});

test('a range counts only what lies in it', () => {
  const ledger = new Ledger('event', 1);
  const row = ledger.join('a');
  send(ledger, 0, 10);
  for (const sequence of [1, 2, 3, 5, 6, 9]) row.mark(0, sequence);
  const { attempted, entitled, delivered, lostAcked } = ledger.count([3], [8]);
  assert.equal([attempted, entitled, delivered, lostAcked], [6, 6, 3, 3]);
});

test('completed from a number on: what was sent before it does not count, whenever it arrives', () => {
  const ledger = new Ledger('event', 2);
  const [one, two] = [ledger.join('one'), ledger.join('two')];
  send(ledger, 0, 10);
  send(ledger, 1, 3);
  for (const sequence of [1, 2, 5, 6, 9]) one.mark(0, sequence);
  for (let sequence = 1; sequence <= 10; sequence++) two.mark(0, sequence);
  const from = [5, 4];
  assert.is(ledger.completed(from), 3);
  one.mark(0, 3);
  one.mark(0, 4);
  for (const row of [one, two]) row.mark(1, 1);
  assert.is(ledger.completed(from), 3);
  one.mark(0, 7);
  one.mark(0, 10);
  assert.equal([ledger.completed(from), ledger.completed()], [5, 10]);
});

test('what was sent before anybody was owed it is not completed', () => {
  const ledger = new Ledger('event', 1);
  send(ledger, 0, 5);
  const row = ledger.join('late');
  send(ledger, 0, 2);
  row.mark(0, 6);
  assert.is(ledger.completed(), 1);
});

test('all that was addressed has arrived: refused and doubtful ones are not waited for', () => {
  const ledger = new Ledger('message', 1);
  const row = ledger.join('agents');
  send(ledger, 0, 4);
  row.mark(0, 1);
  row.mark(0, 4);
  assert.not(ledger.allArrived(row, 0, 4));
  assert.ok(ledger.allArrived(row, 0, 1));
  ledger.refuse([message(0, 2)]);
  assert.not(ledger.allArrived(row, 0, 4));
  ledger.doubt([message(0, 3)]);
  assert.ok(ledger.allArrived(row, 0, 4));
});

test('sequence numbers outgrow 32 bits: an hour at two million a second from one producer', () => {
  const ledger = new Ledger('event', 1);
  ledger.sent[0] = 2 ** 33;
  const row = ledger.join('a');
  row.entitle();
  const sequence = ledger.next(0);
  assert.is(sequence, 2 ** 33 + 1);
  row.mark(0, sequence);
  assert.equal([row.distinct, row.phantom, row.whole], [1, 0, true]);
});

test('more holes than are kept: says so, keeps those it has, and calls nothing a duplicate any more', () => {
  const ledger = new Ledger('event', 1);
  const row = ledger.join('a');
  const holes = 200_000;
  send(ledger, 0, 2 * holes + 10);
  for (let sequence = 2; sequence <= 2 * holes; sequence += 2) row.mark(0, sequence);
  assert.not(row.uncertain);
  row.mark(0, 2 * holes + 2);
  assert.ok(row.uncertain && ledger.uncertain);
  row.mark(0, 2 * holes + 1);
  row.mark(0, 2);
  assert.is(row.duplicates, 0);
  // Those that were kept are still told exactly.
  assert.is(ledger.count([1], [2 * holes]).lostAcked, holes);
});

test('holes split by what comes late stay within the limit, and what is kept is really missing', () => {
  const ledger = new Ledger('event', 1);
  const row = ledger.join('a');
  const sent = 1_000_000;
  send(ledger, 0, sent);
  row.mark(0, sent);
  for (let sequence = 2; sequence < sent; sequence += 2) row.mark(0, sequence);
  assert.ok(row.uncertain);
  const pieces = [...row.holes(0)];
  assert.ok(pieces.length <= 200_000);
  assert.ok(pieces.every(([from, to]) => from === to && from % 2 === 1));
});

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), producer: fc.nat(2) }) },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      row: fc.nat(3),
      producer: fc.nat(2),
      pick: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('next' as const), row: fc.nat(3), producer: fc.nat(2) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('phantom' as const), row: fc.nat(3) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('refuse' as const, 'doubt' as const),
      producer: fc.nat(2),
      pick: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('join' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('entitle' as const), row: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('newKey' as const), producer: fc.nat(2) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** The ledger and the yardstick, told the same things. */
class Pair {
  readonly ledger = new Ledger('event', 3);
  readonly naive = new NaiveLedger(3);
  readonly #expected: number[][] = [];

  take(step: Step): void {
    const { ledger, naive } = this;
    const pickOf = (producer: number, pick: number): number => 1 + Math.floor(pick * naive.last(producer));
    switch (step.do) {
      case 'send':
        ledger.next(step.producer);
        naive.send(step.producer);
        return;
      case 'newKey':
        ledger.newKey(step.producer);
        naive.newKey(step.producer);
        return;
      case 'join':
        if (naive.rows.length >= 4) return;
        ledger.join(`row ${naive.rows.length}`);
        naive.join();
        this.#expected.push([1, 1, 1]);
        return;
      case 'refuse':
      case 'doubt': {
        const sequence = pickOf(step.producer, step.pick);
        const name = nameOf({ producer: step.producer, sequence });
        if (naive.last(step.producer) === 0 || naive.excused.has(name)) return;
        naive.excused.add(name);
        ledger[step.do]([message(step.producer, sequence)]);
        return;
      }
    }
    const row = ledger.rows[step.row];
    const naiveRow = naive.rows[step.row];
    if (row === undefined || naiveRow === undefined) return;
    const mark = (producer: number, sequence: number): void => {
      row.mark(producer, sequence);
      naiveRow.mark(producer, sequence);
    };
    switch (step.do) {
      case 'entitle':
        row.entitle();
        naiveRow.entitle();
        return;
      case 'phantom':
        mark(0, naive.last(0) + 1);
        return;
      case 'deliver':
        if (naive.last(step.producer) > 0) mark(step.producer, pickOf(step.producer, step.pick));
        return;
      case 'next': {
        const expected = this.#expected[step.row] as number[];
        const sequence = expected[step.producer] as number;
        if (sequence > naive.last(step.producer)) return;
        expected[step.producer] = sequence + 1;
        mark(step.producer, sequence);
        return;
      }
    }
  }

  hold(from: readonly number[], to: readonly number[]): void {
    const { ledger, naive } = this;
    assert.is(ledger.attempted, naive.sends.length);
    assert.is(ledger.completed(), naive.completed(), 'completed');
    assert.is(ledger.completed(from), naive.completed(from), 'completed from a number on');
    const bounded = to.map((last, producer) => Math.min(last, naive.last(producer)));
    for (const [low, high] of [
      [[1, 1, 1], [...ledger.sent]],
      [from, bounded],
    ] as const) {
      assert.equal(ledger.count(low, high), naive.count(low, high));
    }
    const { lostAcked } = naive.count([1, 1, 1], ledger.sent);
    const owed = [...lossesOf(ledger)].reduce((sum, loss) => sum + loss.owed, 0);
    assert.equal([ledger.outstanding(), owed], [lostAcked, lostAcked], 'outstanding, and lost');
    for (const [index, row] of ledger.rows.entries()) {
      const wanted = naive.rows[index] as (typeof naive.rows)[number];
      const { duplicates, reordered, phantom, early } = wanted;
      assert.equal(
        [row.duplicates, row.reordered, row.phantom, row.early, row.distinct],
        [duplicates, reordered, phantom, early, wanted.seen.size],
      );
      for (let producer = 0; producer < 3; producer++) {
        const last = naive.last(producer);
        const owes = naive.sends.some(
          (one) => one.producer === producer && wanted.owes(one) && !naive.excused.has(nameOf(one)),
        );
        assert.is(ledger.allArrived(row, producer, last), !owes, 'all arrived');
      }
    }
  }
}

test('agrees with the slow way, whatever comes in whatever order', () => {
  const bounds = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(9), fc.nat(9));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: 'max' }), bounds, bounds, (steps, from, to) => {
      const pair = new Pair();
      pair.take({ do: 'join' });
      pair.take({ do: 'join' });
      for (const one of steps) pair.take(one);
      pair.hold(
        from.map((value) => value + 1),
        to,
      );
    }),
    { numRuns: 800, seed: 3 },
  );
});

test('memory does not follow the number of deliveries', () => {
  const ledger = new Ledger('event', 100);
  const rows = Array.from({ length: 4 }, (_, index) => ledger.join(`row ${index}`));
  const play = (rounds: number): void => {
    for (let round = 0; round < rounds; round++) {
      for (let producer = 0; producer < 100; producer++) {
        const sequence = ledger.next(producer);
        for (const row of rows) row.mark(producer, sequence);
      }
    }
  };
  const heapNow = (): number => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  play(1000);
  const before = heapNow();
  play(25_000);
  assert.is(ledger.completed(), 2_600_000);
  assert.ok(heapNow() - before < 100_000, `grew by ${heapNow() - before} bytes over 10 M marks`);
});

test.run();
