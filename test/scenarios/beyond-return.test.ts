/** When a pass bound cannot hold any more whatever comes, and not a sample sooner. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Tally } from '../../scenarios/measure/tally.ts';
import { BeyondReturn, type MostSamples, mostSamples } from '../../scenarios/run/beyond-return.ts';
import { workloadOf } from '../doubles/workload.ts';
import { rule } from '../reports/sample-record.ts';

function tallied(change: (tally: Tally) => void): Tally {
  const tally = new Tally([{ name: 'steady', fromMs: 0, toMs: 10_000 }]);
  change(tally);
  return tally;
}

const took = (...samples: (readonly [ms: number, times: number])[]): Tally =>
  tallied(({ latencies }) => {
    for (const [ms, times] of samples) latencies.event_delivery_ms.record(ms, 5, times);
  });

const most: MostSamples = { event_delivery_ms: 1000 };

// biome-ignore format: a table
const rows: readonly (readonly [what: string, metric: string, bound: string, tally: Tally, lost: RegExp | null])[] = [
  ['as many late ones as p(99) of all allows', 'event_delivery_ms', 'p(99) < 50', took([80, 10]), null],
  ['more than it allows', 'event_delivery_ms', 'p(99) < 50', took([80, 11]), /^event_delivery_ms p\(99\) < 50 is beyond return: 11 of at most 1000 samples/],
  ['timely ones cost nothing', 'event_delivery_ms', 'p(99) < 50', took([1, 900], [80, 10]), null],
  ['a sum that an average can still make up for', 'event_delivery_ms', 'avg < 50', took([500, 99]), null],
  ['a sum that it cannot', 'event_delivery_ms', 'avg < 50', took([500, 101]), /ms in all already, for at most 1000 samples/],
  ['one above the most', 'event_delivery_ms', 'max < 50', took([80, 1]), /beyond return/],
  ['what a lower bound asks may still come', 'event_delivery_ms', 'avg > 50', took([500, 999]), null],
  ['one phase is not the whole', 'event_delivery_ms{phase:steady}', 'p(99) < 50', took([80, 500]), null],
  ['a latency nobody knows the number of', 'transition_ms', 'p(99) < 50', took([80, 500]), null],
  ['as many errors as are allowed', 'errors', 'value <= 3', tallied(({ counts }) => { counts.errors = 3; }), null],
  ['one more', 'errors', 'value <= 3', tallied(({ counts }) => { counts.errors = 4; }), /^errors value <= 3 is beyond return: 4 already/],
  ['late sends', 'late_sends', 'value < 1', tallied(({ counts }) => { counts.messagesLate = 1; }), /beyond return/],
  ['a count that may not grow at all', 'errors', 'value < 0', tallied(() => {}), null],
];

for (const [what, metric, bound, tally, lost] of rows) {
  test(`${metric} ${bound}: ${what}`, () => {
    const said = new BeyondReturn([rule(metric, [bound])], most).check(tally);
    if (lost === null) assert.is(said, null);
    else assert.match(said ?? '', lost);
  });
}

test('the most samples follow from the schedule; chance may add to it, a load without one has none', () => {
  const offered = { events: 10_000, messages: 100, transitions: 0 };
  const workload = workloadOf({ subscribers: { count: 2, late: 1 }, arrivals: 'constant', chain: null });
  assert.is(mostSamples(workload, offered).event_delivery_ms, 3 * 10_001);
  assert.is(mostSamples({ ...workload, arrivals: 'poisson' }, offered).event_delivery_ms, 3 * 10_600);
  assert.is(mostSamples({ ...workload, arrivals: 'closed' }, offered).event_delivery_ms, undefined);
  assert.is(
    mostSamples({ ...workload, chain: { depth: 2, count: 1 } }, offered).event_delivery_ms,
    undefined,
  );
});

test.run();
