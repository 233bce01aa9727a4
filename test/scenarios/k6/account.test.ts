import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { countAll } from '../../../scenarios/drivers/gateway-counts.ts';
import { isRefusal, K6Account } from '../../../scenarios/drivers/k6/account.ts';
import { disagreement } from '../../../scenarios/drivers/k6/findings.ts';
import type { K6Point } from '../../../scenarios/drivers/k6/points.ts';
import { Ledger } from '../../../scenarios/ledger/ledger.ts';
import { hearing, reach } from '../../../scenarios/load/hearing.ts';
import { Tally } from '../../../scenarios/measure/tally.ts';
import type { SystemUnderTest } from '../../../scenarios/sut.ts';

const firstProducer = 2;

function setUp() {
  const tally = new Tally([{ name: 'steady', fromMs: 1000, toMs: 2000 }]);
  const ledger = new Ledger('event', 4);
  const row = ledger.join('subscriber');
  return { tally, ledger, row, account: new K6Account(tally, ledger, firstProducer, ledger.sent.slice()) };
}

function published(status: string, producer = '3', kind = 'events'): K6Point {
  return { metric: 'http_req_duration', atMs: 1500, value: 5, tags: { kind, producer, status } };
}

function failed(answer: string, code: string, sequence: number, kind = 'events'): K6Point {
  const tags = { kind, producer: '3', answer, code };
  return { metric: 'testbed_unsuccessful', atMs: 1500, value: sequence, tags };
}

test('what was sent is sent in the ledger, each user by its own numbers; the sign to begin is nothing of it', () => {
  const { tally, ledger, account } = setUp();
  for (const point of [
    published('200', '0', 'start'),
    published('202'),
    published('202'),
    published('202', '4'),
  ])
    account.take(point);
  assert.equal(account.finish(), { answered: 3, unanswered: 0, dropped: 0, untold: 0 });
  assert.equal([...ledger.sent], [0, 0, 2, 1]);
  assert.is(tally.counts.eventsSent, 3);
  assert.is(tally.counts.eventsAcked, 3);
  const took = tally.latencies.publish_ms.total();
  assert.equal([took.count, took.avg], [3, 5]);
  assert.is(tally.latencies.service_ms.total().count, 3);
  assert.equal([tally.counts.requestsDone, tally.counts.requestsUnexpected], [3, 0]);
});

test('refused: nobody is owed it. Unknown: it may come or not', () => {
  const { tally, ledger, account } = setUp();
  for (const point of [published('503'), failed('503', '1503', 1), published('0'), failed('0', '1050', 2)])
    account.take(point);
  assert.equal(account.finish(), { answered: 1, unanswered: 1, dropped: 0, untold: 0 });
  assert.equal([tally.counts.errors, tally.counts.unknown], [1, 1]);
  assert.equal([...tally.errorKinds.keys()], ['publish events: status 503']);
  assert.equal([ledger.refused, ledger.indeterminate, ledger.outstanding()], [1, 1, 0]);
});

test('an acknowledged event that never came is owed', () => {
  const { ledger, account } = setUp();
  account.take(published('202'));
  account.finish();
  assert.is(ledger.outstanding(), 1);
});

test('reads: what was answered counts from when it was due, what failed is an error or unknown', () => {
  const { tally, account } = setUp();
  account.take(published('200', '', 'reads'));
  account.take({ metric: 'testbed_read_ms', atMs: 1500, value: 7, tags: { kind: 'reads' } });
  account.take(failed('404', '1404', 0, 'reads'));
  account.take(failed('504', '1504', 1, 'reads'));
  account.finish();
  assert.equal([tally.counts.readsDone, tally.counts.errors, tally.counts.unknown], [1, 1, 1]);
  assert.is(tally.latencies.read_ms.total().avg, 7);
  assert.is(tally.counts.eventsSent, 0);
});

test('dropped iterations are late sends, which were owed all the same', () => {
  const { tally, ledger, account } = setUp();
  const dropped = (scenario: string, value: number): K6Point => ({
    metric: 'dropped_iterations',
    atMs: 1500,
    value,
    tags: { scenario },
  });
  account.take(dropped('events', 3));
  account.take(dropped('reads', 2));
  assert.is(account.finish().dropped, 5);
  assert.equal([tally.counts.eventsLate, tally.counts.readsLate, ledger.missed], [3, 2, 3]);
});

test('what came and was not told of is in doubt', () => {
  const { tally, ledger, row, account } = setUp();
  reach(ledger, 2, 2);
  row.mark(2, 1);
  account.take(published('202'));
  assert.is(account.finish().untold, 1);
  assert.equal([tally.counts.eventsSent, tally.counts.unknown, ledger.outstanding()], [2, 1, 0]);
});

test('what arrives of another program was sent by it; of ours, or far beyond, that is for the ledger to say', async () => {
  const ledger = new Ledger('event', 4);
  let handler: (events: readonly { producer: number; sequence: number }[]) => void = () => {};
  const sut = {
    events: {
      publish: async () => {},
      subscribe: async (_: unknown, given: typeof handler) => {
        handler = given;
        return { close: async () => {} };
      },
    },
  } as unknown as SystemUnderTest;
  const handled: number[] = [];
  await hearing(sut, ledger, firstProducer).events.subscribe({}, (events) => {
    handled.push(...events.map(({ sequence }) => sequence));
  });
  handler([
    { producer: 1, sequence: 5 },
    { producer: 3, sequence: 3 },
    { producer: 3, sequence: 2 },
    { producer: 4, sequence: 1e12 },
    { producer: 4, sequence: Number.NaN },
    { producer: 9, sequence: 1 },
  ]);
  assert.equal([...ledger.sent], [0, 0, 3, 0]);
  assert.is(handled.length, 6);
});

// biome-ignore format: a table
const outcomes: readonly (readonly [status: number, code: number, refused: boolean])[] = [
  [400, 1400, true], [404, 1404, true], [429, 1429, true], [501, 1501, true], [503, 1503, true], [507, 1507, true],
  [500, 1500, false], [502, 1502, false], [504, 1504, false],
  [0, 1050, false], [0, 1000, false], [0, 1220, false], [0, 1310, false], [0, 1101, true], [0, 1211, true], [0, 1212, true],
];
for (const [status, code, refused] of outcomes) {
  test(`status ${status}, code ${code}: ${refused ? 'certainly not done' : 'nobody knows'}`, () => {
    assert.is(isRefusal(status, code), refused);
  });
}

test("the gateway's counts: all that was asked, but for who asks for them", () => {
  const text = `# TYPE testbed_requests_total counter
testbed_requests_total{operation="publishEvents",status="202"} 40
testbed_requests_total{operation="getAgent",status="404"} 2
testbed_requests_total{operation="metrics",status="200"} 3
testbed_requests_total{operation="ready",status="200"} 7
testbed_request_seconds_total{operation="publishEvents",status="202"} 0.5
testbed_websockets 4
`;
  assert.is(countAll(text), 49);
  assert.is(countAll(''), 0);
});

// biome-ignore format: a table
const told: readonly (readonly [counted: number, answered: number, unanswered: number, agrees: boolean])[] = [
  [10, 10, 0, true], [11, 10, 1, true], [10, 10, 1, true],
  [9, 10, 0, false], [11, 10, 0, false], [12, 10, 1, false], [0, 0, 0, true],
];
for (const [counted, answered, unanswered, agrees] of told) {
  test(`${counted} counted, ${answered} answered and ${unanswered} not: ${agrees ? 'agrees' : 'does not agree'}`, () => {
    assert.is(disagreement(counted, { answered, unanswered }) === null, agrees);
  });
}

test.run();
