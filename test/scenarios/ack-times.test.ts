import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Message } from '../../core/message.ts';
import { AckTimes } from '../../scenarios/ledger/ack-times.ts';

function message(producer: number, sequence: number): Message {
  return { key: 'k', type: 'log', swarmId: '', producer, sequence, at: 0, sentAt: 0, data: null };
}

test('each of a short run, to the number', () => {
  const acks = new AckTimes(2);
  assert.is(acks.about(0, 1), null);
  acks.note([message(1, 1), message(1, 2), message(2, 1)], 10);
  acks.note([message(1, 3)], 25);
  assert.equal(
    [1, 2, 3].map((sequence) => acks.about(0, sequence)),
    [10, 10, 25],
  );
  assert.equal([acks.about(1, 1), acks.about(1, 7)], [10, 10], 'the last that is known');
});

test('of a number in doubt: when the next one was that is known', () => {
  const acks = new AckTimes(1);
  acks.note([message(1, 1)], 10);
  acks.note([message(1, 5)], 30);
  assert.is(acks.about(0, 3), 30);
});

test('not before it or the last one before it was', () => {
  const acks = new AckTimes(1);
  acks.note([message(1, 2)], 10);
  acks.note([message(1, 5)], 30);
  assert.equal(
    [1, 2, 3, 5, 9].map((sequence) => acks.notBefore(0, sequence)),
    [null, 10, 10, 30, 30],
  );
});

test('an answer that was overtaken is left out', () => {
  const acks = new AckTimes(1);
  acks.note([message(1, 5)], 30);
  acks.note([message(1, 2)], 40);
  assert.is(acks.about(0, 2), 30);
});

test('of a long run ever fewer, and about right to the end', () => {
  const acks = new AckTimes(1);
  const [count, everyMs] = [100_000, 2];
  for (let sequence = 1; sequence <= count; sequence++) acks.note([message(1, sequence)], sequence * everyMs);
  for (const sequence of [1, 500, 12_345, 77_777, count]) {
    const offMs = Math.abs((acks.about(0, sequence) as number) - sequence * everyMs);
    assert.ok(offMs <= (count * everyMs) / 128, `${sequence} is ${offMs} ms off`);
  }
});

test.run();
