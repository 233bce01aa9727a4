import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord } from '../../reports/record.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import { type Marks, marksOf } from '../../scenarios/ledger/marks.ts';
import { Histogram } from '../../scenarios/measure/histogram.ts';
import { Tally } from '../../scenarios/measure/tally.ts';
import { assembleMetrics, type Measured } from '../../scenarios/run/metrics.ts';

/** Ten events to two subscribers and five messages, in a second, all of them delivered; but for what is said otherwise. */
function measure(parts: Partial<Measured> = {}): RunRecord['metrics'] {
  const events = parts.events ?? ledger('event', 2, 10, 10);
  const messages = parts.messages ?? ledger('message', 1, 5, 5);
  const whole = (one: Ledger) => one.count(new Float64Array(one.producers).fill(1), one.sent);
  return assembleMetrics({
    tally: new Tally([{ name: 'steady', fromMs: 0, toMs: 1000 }]),
    events,
    messages,
    from: { events: marksOf(new Ledger('event', 1)), messages: marksOf(new Ledger('message', 1)) },
    eventCount: whole(events),
    messageCount: whole(messages),
    eventsCompleted: events.completed(),
    messagesCompleted: messages.completed(),
    transitionsDone: 0,
    spawnsDone: 0,
    readsDone: 0,
    measuredMs: 1000,
    offered: { events: events.attempted, messages: messages.attempted },
    dropped: 0,
    drainMs: 1,
    backlog: null,
    stillArriving: false,
    maxLag: 3,
    memory: null,
    servers: null,
    node: null,
    busiestS: 0.5,
    cpuS: 0.5,
    rssMaxBytes: 1e8,
    loopDelay: new Histogram(),
    agents: [],
    subscriptions: 2,
    ...parts,
  });
}

function ledger(what: string, rows: number, sent: number, delivered: number): Ledger {
  const made = new Ledger(what, 1);
  for (let index = 0; index < rows; index++) made.join(`subscriber ${index + 1}`);
  for (let sequence = 1; sequence <= sent; sequence++) made.next(0);
  for (let sequence = 1; sequence <= delivered; sequence++)
    for (const row of made.rows) row.mark(0, sequence);
  return made;
}

/** One with more holes than it keeps. */
function overfull(what: string): Ledger {
  const made = ledger(what, 1, 500_000, 0);
  for (let sequence = 2; sequence <= 500_000; sequence += 2) made.rows[0]?.mark(0, sequence);
  return made;
}

function numberIn(metrics: RunRecord['metrics'], name: string): number | undefined {
  const metric = metrics[name];
  return metric !== undefined && 'value' in metric ? metric.value : undefined;
}

/** Ten sends that were due and not made, a subscriber that joined, and ten more; nothing else. */
function missing(): Ledger {
  const made = ledger('event', 1, 0, 0);
  made.miss(10);
  made.join('late');
  made.miss(10);
  made.next(0);
  for (const row of made.rows) row.mark(0, 1);
  return made;
}

/** A ledger in which each thing went wrong once, then was marked, and went wrong once more. */
function marked(): { events: Ledger; from: { events: Marks; messages: Marks } } {
  const events = ledger('event', 1, 10, 0);
  const [row] = events.rows;
  for (const sequence of [1, 1, 3, 2, 99]) row?.mark(0, sequence);
  events.miss(5);
  const from = { events: marksOf(events), messages: marksOf(new Ledger('message', 1)) };
  for (const sequence of [4, 4, 6, 5, 99, 7, 8, 9, 10]) row?.mark(0, sequence);
  return { events, from };
}

type Expected = { readonly [metric: string]: number | undefined };
// biome-ignore format: a table
const rows: readonly (readonly [name: string, parts: () => Partial<Measured>, expected: Expected])[] = [
  ['all was delivered', () => ({}), { events_per_s: 10, achieved_ratio: 1, messages_per_s: 5, delivery_rate_pct: 100, message_delivery_rate_pct: 100, lost_acked: 0, duplicates: 0, consumer_lag: 3, cpu_s_per_million_events: 50_000 }],
  ['one event is missing at both', () => ({ events: ledger('event', 2, 10, 9) }), { events_per_s: 9, achieved_ratio: 0.9, delivery_rate_pct: 90, lost_acked: 2 }],
  ['... and others were still arriving: it may be late', () => ({ events: ledger('event', 2, 10, 9), stillArriving: true }), { delivery_rate_pct: 90, lost_acked: undefined }],
  ['still arriving, but of nothing that was acknowledged', () => ({ stillArriving: true }), { lost_acked: 0 }],
  ['nobody subscribed: no rate, but what was offered', () => ({ events: ledger('event', 0, 10, 0) }), { events_per_s: undefined, achieved_ratio: undefined, offered_per_s: 10, delivery_rate_pct: undefined }],
  ['sends that were not made are owed to those who had subscribed by then', () => ({ events: missing() }), { delivery_rate_pct: (100 * 2) / (2 + 20 + 10) }],
  ['what went wrong before the measured time is none of it', marked, { duplicates: 1, reordered: 1, phantom: 1, delivery_rate_pct: 100 }],
  ['more holes of events than are kept', () => ({ events: overfull('event') }), { events_per_s: undefined, achieved_ratio: undefined, offered_per_s: 500_000, messages_per_s: 5, delivery_rate_pct: undefined, message_delivery_rate_pct: 100, lost_acked: undefined, duplicates: undefined, reordered: undefined, consumer_lag: undefined, cpu_s_per_million_events: undefined, phantom: 0 }],
  ['more holes of messages than are kept', () => ({ messages: overfull('message') }), { events_per_s: 10, messages_per_s: undefined, delivery_rate_pct: 100, message_delivery_rate_pct: undefined, lost_acked: undefined, duplicates: undefined }],
];
for (const [name, parts, expected] of rows) {
  test(`metrics: ${name}`, () => {
    const metrics = measure(parts());
    const got = Object.fromEntries(
      Object.keys(expected).map((metric) => [metric, numberIn(metrics, metric)]),
    );
    assert.equal(got, expected);
  });
}

test.run();
