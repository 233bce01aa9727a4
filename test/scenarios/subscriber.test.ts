import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AgentEvent } from '../../core/event.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import { Subscriber } from '../../scenarios/load/subscriber.ts';
import { Histogram } from '../../scenarios/measure/histogram.ts';
import { Tally } from '../../scenarios/measure/tally.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

function setUp() {
  const clock = new FakeClock();
  const startMs = clock.now();
  const ledger = new Ledger('event', 2);
  const tally = new Tally([
    { name: 'one', fromMs: startMs, toMs: startMs + 100 },
    { name: 'two', fromMs: startMs + 100, toMs: startMs + 200 },
  ]);
  const seen: string[] = [];
  const subscriber = new Subscriber(ledger.join('a'), clock, tally, ({ type, key }) =>
    seen.push(`${type} ${key}`),
  );
  const event = (producer: number, at: number, sentAt: number): AgentEvent => ({
    type: producer === 0 ? 'agent_start' : 'text_delta',
    key: `agent-${producer}`,
    swarmId: '',
    producer,
    sequence: producer === 0 ? 1 : ledger.next(producer - 1),
    at: startMs + at,
    sentAt: startMs + sentAt,
    data: null,
  });
  return { clock, ledger, tally, subscriber, seen, event };
}

test('every delivery is one sample: of what was due, and of what was sent', () => {
  const { clock, tally, subscriber, event, ledger } = setUp();
  clock.elapse(110);
  // Times as they come: runs of equal ones, singles, one time coming back, and both phases.
  const times = [
    [0, 50],
    [0, 50],
    [0, 60],
    [10, 60],
    [10, 60],
    [0, 50],
    [105, 106],
    [105, 106],
    [105, 107],
  ] as const;
  const events = times.map(([at, sentAt], index) => event(1 + (index % 2), at, sentAt));
  subscriber.handle(events);
  const delivery = new Histogram();
  const service = new Histogram();
  for (const [at, sentAt] of times) {
    delivery.record(110 - at);
    service.record(110 - sentAt);
  }
  const { event_delivery_ms, event_service_ms } = tally.latencies;
  assert.equal(event_delivery_ms.total().store(), delivery.store());
  assert.equal(event_service_ms.total().store(), service.store());
  assert.equal(
    event_delivery_ms.byPhase().map(([name, { count }]) => [name, count]),
    [
      ['one', 6],
      ['two', 3],
    ],
  );
  assert.equal([subscriber.calls, subscriber.row.distinct, ledger.completed()], [9, 9, 9]);
  assert.equal(tally.windows.total('deliveries'), 9);
  assert.ok(Math.abs(tally.windows.total('delivery_ms') - delivery.avg * 9) < 1e-6);
});

test('lifecycle events are shown to the witness and measured by nobody', () => {
  const { tally, subscriber, event, seen } = setUp();
  subscriber.handle([event(0, 0, 0), event(1, 0, 0), event(0, 0, 0)]);
  subscriber.handle([event(0, 0, 0)]);
  assert.equal(seen, ['agent_start agent-0', 'agent_start agent-0', 'agent_start agent-0']);
  assert.equal([subscriber.calls, tally.latencies.event_delivery_ms.total().count], [1, 1]);
});

test('what was due before the measured time is in the ledger and in no number', () => {
  const { tally, subscriber, event } = setUp();
  subscriber.handle([event(1, -5, -5), event(1, -5, 1), event(1, 0, 0)]);
  assert.equal([subscriber.row.distinct, tally.latencies.event_delivery_ms.total().count], [3, 1]);
  assert.is(tally.latencies.event_service_ms.total().count, 1);
  assert.equal([tally.windows.total('deliveries'), tally.windows.total('delivery_ms')], [1, 0]);
});

test('an event damaged on its way spoils no number', () => {
  const { tally, subscriber, event } = setUp();
  const damaged = { ...event(1, 0, 0), at: Number.NaN, sentAt: Number.NaN, producer: Number.NaN };
  subscriber.handle([damaged, damaged, event(2, 0, 0)]);
  assert.equal([subscriber.row.phantom, subscriber.row.distinct, subscriber.calls], [2, 1, 3]);
  assert.is(tally.latencies.event_delivery_ms.total().count, 1);
  subscriber.handle([event(2, 0, 0)]);
  assert.is(tally.windows.total('delivery_ms'), 0);
});

test('what nobody owed is no sample: sent before this subscriber stood, or never', () => {
  const { clock, tally, ledger, event } = setUp();
  const before = event(1, 0, 0);
  const late = new Subscriber(ledger.join('late'), clock, tally, null);
  clock.elapse(50);
  late.handle([before]);
  late.handle([before, event(1, 10, 10), { ...event(2, 10, 10), sequence: 7 }, before]);
  assert.equal([late.calls, late.row.early, late.row.phantom, late.row.distinct], [5, 3, 1, 1]);
  const { event_delivery_ms, event_service_ms } = tally.latencies;
  assert.equal([event_delivery_ms.total().count, event_service_ms.total().count], [1, 1]);
  assert.equal([event_delivery_ms.total().max, tally.windows.total('deliveries')], [40, 1]);
});

test('who is at the node by which an event came in is told apart from who is not, and from whom nobody can tell', () => {
  const { clock, tally, ledger, event } = setUp();
  const near = new Map([[1, true]]);
  const isNear = (producer: number): boolean | null => (near.size === 0 ? null : near.has(producer));
  const subscriber = new Subscriber(ledger.join('near'), clock, tally, null, isNear);
  clock.elapse(50);
  // Due together and by different nodes: one stretch to the whole, and two apart.
  subscriber.handle([event(1, 10, 10), event(2, 10, 10), event(2, 20, 20), event(1, 20, 20)]);
  near.clear();
  subscriber.handle([event(1, 30, 30)]);
  const of = (name: 'event_delivery_ms' | 'event_delivery_same_node_ms' | 'event_delivery_cross_node_ms') => {
    const { count, max, avg } = tally.latencies[name].total();
    return [count, Math.round(avg), Math.round(max)];
  };
  assert.equal(of('event_delivery_ms'), [5, 32, 40]);
  assert.equal(of('event_delivery_same_node_ms'), [2, 35, 40]);
  assert.equal(of('event_delivery_cross_node_ms'), [2, 35, 40]);
});

test('nothing at all', () => {
  const { subscriber } = setUp();
  subscriber.handle([]);
  assert.is(subscriber.calls, 0);
});

test.run();
