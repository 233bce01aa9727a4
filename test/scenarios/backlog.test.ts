/** Whole cells in virtual time whose subscribers stand still: the backlog that is built up, and how it is caught up with. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord } from '../../reports/record.ts';
import { decorateBus } from '../doubles/decorate.ts';
import { type Decorations, playShortCell } from '../doubles/short-cell.ts';

const load: Decorations['workload'] = {
  lifetime: null,
  swarms: null,
  branching: false,
  subscribers: { count: 2, late: 0 },
  arrivals: 'constant',
  eventsPerS: 1000,
  messagesPerS: 0,
  transitionsPerS: 0,
  chain: null,
};

const withBacklog = (events: number, withinMs: number, decorations: Decorations = {}): Promise<RunRecord> =>
  playShortCell({
    ...decorations,
    workload: { ...load, ...decorations.workload, backlog: { events, withinMs } },
  });

function told(record: RunRecord, check: string): readonly [string, string] {
  const { verdict, detail } = record.checks.find((one) => one.check === check) as RunRecord['checks'][number];
  return [verdict, detail];
}

const numberOf = (record: RunRecord, name: string): number | undefined => {
  const metric = record.metrics[name];
  return metric !== undefined && 'value' in metric ? metric.value : undefined;
};

test('so many events wait before the first is handed over, and all of them arrive', async () => {
  const record = await withBacklog(500, 1000);
  assert.is(told(record, 'backlog-drained')[0], 'PASS', told(record, 'backlog-drained')[1]);
  assert.is(told(record, 'no-lost-acked')[0], 'PASS');
  const built = numberOf(record, 'backlog_events') ?? 0;
  assert.ok(built >= 500 && built < 650, `${built}`);
  assert.ok((numberOf(record, 'backlog_drain_ms') ?? -1) >= 0);
  const { max } = record.metrics['event_delivery_ms'] as { readonly max: number };
  assert.ok(max >= 490, `the first has waited for ${max} ms`);
});

test('a bus that hands over no more than so many a second takes its time, and has only so much', async () => {
  // Every batch that is handed over takes as long as its events at 2,000 a second.
  const slow: Decorations = {
    bus: (bus, clock) =>
      decorateBus(bus, {
        async deliver(messages, handler) {
          await clock.sleep(messages.length / 2);
          await handler(messages);
        },
      }),
    workload: {
      events: { delivery: 'async', queueLimit: 10, whenFull: 'block', logLimit: 100 },
      drainMs: 5000,
    },
  };
  const record = await withBacklog(500, 5000, slow);
  const drainMs = numberOf(record, 'backlog_drain_ms') ?? 0;
  assert.is(told(record, 'backlog-drained')[0], 'PASS', told(record, 'backlog-drained')[1]);
  assert.ok(drainMs >= 100 && drainMs < 5000, `${drainMs} ms`);
  const late = await withBacklog(500, 20, slow);
  assert.is(told(late, 'backlog-drained')[0], 'FAIL');
  assert.match(
    told(late, 'backlog-drained')[1],
    /^\d+ deliveries of the backlog were still owed after 20 ms$/,
  );
  assert.is(numberOf(late, 'backlog_drain_ms'), undefined, 'not measured is absent');
});

test('a load that ends before there are enough says nothing of a backlog', async () => {
  const record = await withBacklog(5000, 1000);
  assert.is(told(record, 'backlog-drained')[0], 'INCONCLUSIVE');
  assert.match(told(record, 'backlog-drained')[1], /^only \d+ of 5000 events were built up/);
  assert.is(told(record, 'no-lost-acked')[0], 'PASS', 'what there was has been handed over in the end');
  assert.is(numberOf(record, 'backlog_drain_ms'), undefined);
});

test('without a backlog nobody stands still, and nothing is told of one', async () => {
  const record = await playShortCell({ workload: load });
  assert.is(record.metrics['backlog_events'], undefined);
});

test.run();
