import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Message } from '../../core/message.ts';
import { compareOneIn } from '../../scenarios/ledger/compare-one-in.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import { Originals } from '../../scenarios/ledger/originals.ts';
import type { Workload } from '../../scenarios/scenario.ts';
import { workloadOf } from '../doubles/workload.ts';

function message(producer: number, sequence: number, parts: Partial<Message> = {}): Message {
  const times = { at: 1000 + sequence, sentAt: 1001 + sequence };
  return { key: 'k', type: 'log', swarmId: 's', producer, sequence, ...times, data: 'payload', ...parts };
}

const changes: readonly (readonly [change: Partial<Message>, flaw: string])[] = [
  [{}, ''],
  [{ key: 'other' }, 'key "other" instead of "k"'],
  [{ type: 'error' }, 'type "error" instead of "log"'],
  [{ swarmId: '' }, 'swarmId "" instead of "s"'],
  [{ at: 0 }, 'at 0 instead of 1001'],
  [{ sentAt: Number.NaN }, 'sentAt null instead of 1002'],
  [{ data: 'payloaD' }, 'data "payloaD" instead of "payload"'],
  [{ data: null }, 'data null instead of "payload"'],
  [{ data: 'x'.repeat(100) }, 'data "xxxxxxxxxxxxxxxxxxxxxxx... (102) instead of "payload"'],
  [{ at: 1, type: 'x' }, 'type "x" instead of "log", at 1 instead of 1001'],
];
for (const [change, flaw] of changes) {
  test(`changed on its way: ${flaw === '' ? 'nothing' : flaw}`, () => {
    const originals = new Originals(1);
    originals.keep([message(1, 1), message(1, 2), message(2, 1)]);
    assert.is(originals.flawOf(message(1, 1, change)) ?? '', flaw);
    assert.is(originals.compared, 1);
  });
}

for (const every of [1, 2, 64]) {
  test(`one publish in ${every} is compared, whole`, () => {
    const originals = new Originals(every);
    const publishes = Array.from({ length: 6400 }, (_, index) => {
      const times = { at: 1_790_000_000_000 + index, sentAt: 1_790_000_000_000 + index * 0.137 };
      return [message(1, 2 * index + 1, times), message(2, 2 * index + 1, times)];
    });
    let flaws = 0;
    for (const publish of publishes) {
      originals.keep(publish);
      for (const one of publish) {
        if (originals.isSampled(one.sentAt) && originals.flawOf({ ...one, data: '' }) !== null) flaws++;
      }
    }
    const expected = 12_800 / every;
    assert.ok(flaws > 0.7 * expected && flaws < 1.3 * expected && flaws % 2 === 0, `${flaws}`);
    assert.is(originals.compared, flaws);
  });
}

test('what is not kept any more, or was never sent, is not compared', () => {
  const originals = new Originals(1);
  originals.keep(Array.from({ length: 20_000 }, (_, index) => message(1, index + 1)));
  assert.is(originals.flawOf(message(1, 1, { data: '' })), null);
  assert.is(originals.flawOf(message(1, 20_001, { data: '' })), null);
  assert.is(originals.flawOf(message(Number.NaN, Number.NaN)), null);
  assert.is.not(originals.flawOf(message(1, 20_000, { data: '' })), null);
});

test('a corrupt delivery is a phantom, and the delivery it is', () => {
  const ledger = new Ledger('event', 1, 1);
  const row = ledger.join('a');
  ledger.next(0);
  ledger.originals.keep([message(1, 1)]);
  row.mark(0, 1);
  row.compare(message(1, 1, { type: 'error' }));
  assert.equal([row.phantom, row.distinct, row.accounted, ledger.outstanding()], [1, 1, 1, 0]);
  assert.equal(row.evidence.phantom, ['event 1:1 reached a corrupt: type "error" instead of "log"']);
});

// biome-ignore format: a table
const shares: readonly (readonly [parts: Partial<Workload>, events: number, messages: number])[] = [
  [{}, 1, 1],
  [{ eventsPerS: 10_000, messagesPerS: 100_000, subscribers: { count: 9, late: 1 } }, 1, 1],
  [{ eventsPerS: 10_000, messagesPerS: 100_001, subscribers: { count: 10, late: 1 } }, 2, 2],
  [{ eventsPerS: 10_000, phases: [{ name: 'a', forMs: 1, warmup: false, rateFrom: 1, rateTo: 40 }] }, 4, 1],
  [{ eventsPerS: 1e9 }, 64, 1],
  [{ eventsPerS: 1000, payload: { bytes: 1e6, compressible: 0 } }, 16, 1],
  [{ arrivals: 'closed' }, 64, 1],
];
for (const [parts, events, messages] of shares) {
  test(`compared of ${JSON.stringify(parts)}: one in ${events} events, ${messages} messages`, () => {
    assert.equal(compareOneIn(workloadOf(parts)), { events, messages });
  });
}

test.run();
