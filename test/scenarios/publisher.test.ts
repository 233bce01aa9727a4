import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ErrorCode, TestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import { Publisher } from '../../scenarios/load/publisher.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

const deadlineMs = 1000;

function setUp(publish: (clock: FakeClock, messages: readonly Message[]) => Promise<void>) {
  const clock = new FakeClock();
  const ledger = new Ledger('event', 1);
  const row = ledger.join('a');
  const log: string[] = [];
  const publisher = new Publisher<Message>({
    publish: (messages) => publish(clock, messages),
    ledger,
    clock,
    deadlineMs,
    report: {
      acked: (messages, tookMs) => log.push(`acked ${messages.length} after ${tookMs}`),
      refused: (messages, why) => log.push(`refused ${messages.length}: ${why}`),
      unknown: (messages) => log.push(`unknown ${messages.length}`),
    },
  });
  const send = (times = 1): Promise<void> => {
    const messages = Array.from({ length: times }, () => ({
      key: 'k',
      type: 'log',
      swarmId: '',
      producer: 1,
      sequence: ledger.next(0),
      at: clock.now(),
      sentAt: clock.now(),
      data: null,
    }));
    return publisher.send(messages, clock.now());
  };
  return { clock, ledger, row, log, publisher, send };
}

test('acknowledged: counted with how long it took, and in flight until then', async () => {
  const { clock, log, publisher, send, ledger } = setUp((time) => time.sleep(30));
  void send(3);
  void send(2);
  assert.is(publisher.inFlight, 5);
  await clock.advance(29);
  assert.equal(log, []);
  await clock.advance(1);
  assert.equal(log, ['acked 3 after 30', 'acked 2 after 30']);
  assert.equal([publisher.inFlight, ledger.refused, ledger.indeterminate], [0, 0, 0]);
});

const refusals: readonly ErrorCode[] = [
  'UNAVAILABLE',
  'FULL',
  'OVERLOADED',
  'CLOSED',
  'INVALID_ARGUMENT',
  'UNSUPPORTED',
];
const doubts: readonly ErrorCode[] = ['TIMEOUT', 'CONFLICT', 'CORRUPT', 'INTERRUPTED'];

for (const code of refusals) {
  test(`${code} is a refusal: certainly not held, owed to nobody`, async () => {
    const { log, publisher, send, ledger } = setUp(() => Promise.reject(new TestbedError(code, 'no')));
    await send(4);
    assert.equal(log, [`refused 4: ${code}: no`]);
    assert.equal(
      [publisher.inFlight, ledger.refused, ledger.indeterminate, ledger.outstanding()],
      [0, 4, 0, 0],
    );
  });
}

for (const code of doubts) {
  test(`${code} is unknown: it may arrive or not`, async () => {
    const { log, send, ledger, row } = setUp(() => Promise.reject(new TestbedError(code, 'perhaps')));
    await send(4);
    row.mark(0, 1);
    assert.equal(log, ['unknown 4']);
    assert.equal([ledger.refused, ledger.indeterminate, ledger.outstanding()], [0, 4, 0]);
  });
}

test('an error that nobody translated is unknown', async () => {
  const { log, send } = setUp(() => Promise.reject(new Error('socket hang up')));
  await send();
  assert.equal(log, ['unknown 1']);
});

test('a publish that throws at once is like one that rejects', async () => {
  const { log, send, publisher } = setUp(() => {
    throw new TestbedError('CLOSED', 'closed');
  });
  await send();
  assert.equal(log, ['refused 1: CLOSED: closed']);
  assert.is(publisher.inFlight, 0);
});

test('no answer by the deadline is unknown, whoever waits goes on, and a late answer changes nothing', async () => {
  const { clock, log, send, publisher, ledger } = setUp((time) => time.sleep(5000));
  let known = false;
  void send(2).then(() => {
    known = true;
  });
  await clock.advance(deadlineMs);
  publisher.expire(clock.now());
  assert.equal([log.length, publisher.inFlight], [0, 2]);
  await clock.advance(1);
  publisher.expire(clock.now());
  await clock.advance(0);
  assert.equal([log, publisher.inFlight, known], [['unknown 2'], 0, true]);
  await clock.advance(10_000);
  assert.equal([log, ledger.indeterminate, ledger.outstanding()], [['unknown 2'], 2, 0]);
});

test('expiry takes the overdue and leaves the rest', async () => {
  const { clock, log, send, publisher } = setUp(() => new Promise(() => {}));
  void send(1);
  await clock.advance(600);
  void send(2);
  await clock.advance(600);
  publisher.expire(clock.now());
  assert.equal([log, publisher.inFlight], [['unknown 1'], 2]);
});

test('giving up takes all that has no answer, whatever its deadline; who answers after that was only late', async () => {
  let answers = 0;
  const { clock, log, send, publisher, ledger } = setUp((time) =>
    ++answers === 2 ? new Promise(() => {}) : time.sleep(answers === 1 ? 10 : 500),
  );
  for (let times = 1; times <= 3; times++) void send(times);
  await clock.advance(10);
  publisher.giveUp();
  assert.equal(
    [log, publisher.inFlight, publisher.unanswered],
    [['acked 1 after 10', 'unknown 2', 'unknown 3'], 0, 2],
  );
  // What was given up on is owed to nobody; the one that was acknowledged still is.
  assert.equal([ledger.indeterminate, ledger.outstanding()], [5, 1]);
  await clock.advance(500);
  assert.equal([log.length, publisher.unanswered], [3, 1]);
});

test('an outcome is counted where its send was, also when the report points elsewhere by then', async () => {
  const { clock, log, send, publisher } = setUp((time) => time.sleep(10));
  void send(1);
  const other: number[] = [];
  publisher.report = { ...publisher.report, acked: (messages) => other.push(messages.length) };
  void send(2);
  await clock.advance(10);
  assert.equal([log, other], [['acked 1 after 10'], [2]]);
});

test.run();
