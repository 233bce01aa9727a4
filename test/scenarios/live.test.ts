/** What is shown of a load while it plays, and how what does not add up went over its time. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FaultWindow } from '../../chaos/play-timeline.ts';
import { Tally } from '../../scenarios/measure/tally.ts';
import { Windows } from '../../scenarios/measure/windows.ts';
import { Levels } from '../../scenarios/run/levels.ts';
import { LiveLook } from '../../scenarios/run/live.ts';
import { rule } from '../reports/sample-record.ts';

const times = {
  injectedAtMs: null,
  confirmedAtMs: null,
  healedAtMs: null,
  verifiedAtMs: null,
  problem: null,
};
const order = {
  fault: 'kill',
  on: 'bus.server',
  options: {},
  direction: 'both',
  atMs: 100,
  forMs: 500,
} as const;

test('rates are of the time since the look before, faults as they stand, and the verdict of what can be told', () => {
  const tally = new Tally([{ name: 'steady', fromMs: 0, toMs: 10_000 }]);
  const levels = new Levels(0);
  let windows: readonly FaultWindow[] = [];
  const rules = [
    rule('event_delivery_ms', ['avg < 50']),
    rule('errors', ['value <= 0']),
    rule('delivery_rate_pct', ['value >= 99']),
    rule('event_delivery_ms{phase:steady}', ['avg < 1']),
  ];
  const look = new LiveLook({ tally, levels, rules, faults: { soFar: () => windows } });
  assert.is(look.at(499, 0), null, 'too soon');
  const first = look.at(500, 0);
  assert.equal(first?.soFar, { verdict: 'PASS', broken: [], judged: 1, of: 3 });
  assert.is(first?.deliveryMs, null);
  assert.is(first?.lag, null);

  for (let at = 500; at < 1500; at += 10) {
    tally.windows.add('offered', at, 1);
    tally.windows.add('deliveries', at, 2);
    tally.windows.add('delivery_ms', at, 2 * 60);
    tally.latencies.event_delivery_ms.record(60, at, 2);
  }
  tally.failed('publish', 1400);
  levels.note('consumer_lag', 1400, 7);
  windows = [
    { order, ...times, injectedAtMs: 600 },
    { order, ...times, injectedAtMs: 600, healedAtMs: 900, verifiedAtMs: 950 },
    { order, ...times },
  ];
  const second = look.at(1500, 0);
  assert.is(second?.offeredPerS, 100);
  assert.is(second?.deliveriesPerS, 200);
  assert.is(second?.errorsPerS, 1);
  assert.is(second?.deliveryMs, 60);
  assert.is(second?.lag, 7);
  assert.equal(second?.faults, [
    { name: 'kill on bus.server', fromMs: 600, toMs: null },
    { name: 'kill on bus.server', fromMs: 600, toMs: 950 },
  ]);
  assert.equal(second?.soFar, {
    verdict: 'FAIL',
    broken: ['event_delivery_ms avg < 50', 'errors value <= 0'],
    judged: 2,
    of: 3,
  });
  assert.is(look.at(1999, 0), null);
  const third = look.at(2000, 0);
  assert.is(third?.offeredPerS, 0);
});

test('levels are averages of their looks, in windows of the same times as the sums beside them', () => {
  const levels = new Levels(1000);
  levels.note('rss_mb', 1010, 10);
  levels.note('rss_mb', 1060, 30);
  levels.note('rss_mb', 1210, 50);
  const beside = new Windows(1000);
  const { rss_mb, consumer_lag } = levels.series(beside, 400);
  assert.equal(rss_mb, { unit: 'MB', windowMs: 100, values: [20, null, 50, null] });
  assert.equal(consumer_lag?.values, [null, null, null, null]);
  assert.is(levels.last('rss_mb'), 50);

  const longer = new Windows(1000);
  longer.add('offered', 1000 + 4096 * 100, 1);
  assert.is(longer.windowMs, 200);
  assert.equal(levels.series(longer, 400)['rss_mb'], { unit: 'MB', windowMs: 200, values: [20, 50] });

  const late = new Levels(1000);
  late.note('rss_mb', 1000 + 4096 * 100, 1);
  const short = new Windows(1000);
  late.series(short, 400);
  assert.is(short.windowMs, 200);
});

test.run();
