import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Bound, Threshold } from '../../reports/threshold.ts';
import { Tally } from '../../scenarios/measure/tally.ts';
import { AbortWatch, availabilityOf } from '../../scenarios/run/abort.ts';

const fromMs = 1_000_000;

function bound(operator: Bound['operator'], limit: number, overMs: number | null): Bound {
  const over = overMs === null ? '' : ` over ${overMs / 1000}s`;
  return {
    aggregator: 'value',
    percentile: null,
    operator,
    limit,
    overMs,
    text: `value ${operator} ${limit}${over}`,
  };
}

function rule(metric: string, ...abort: Bound[]): Threshold {
  return { metric, phase: null, pass: [], healthy: [], abort };
}

/** What happens in each tenth of a second. */
interface Beat {
  readonly errors?: number;
  readonly unknown?: number;
  readonly late?: number;
  readonly acked?: number;
  /** Deliveries, and how long each took. */
  readonly deliveries?: readonly [count: number, ms: number];
  readonly completed?: number;
}

/** Plays beats through a watch; the time since the start, in ms, at which it says stop, and why. */
function stopsAt(rules: readonly Threshold[], beats: readonly Beat[]): readonly [number, string] | null {
  const tally = new Tally([{ name: 'steady', fromMs, toMs: fromMs + 100_000 }]);
  const watch = new AbortWatch(rules);
  let completed = 0;
  for (const [index, beat] of beats.entries()) {
    const nowMs = fromMs + 100 * (index + 1);
    const { errors = 0, unknown = 0, late = 0, acked = 0, deliveries = [0, 0] } = beat;
    tally.failed('no', nowMs, errors);
    tally.counts.unknown += unknown;
    tally.counts.eventsLate += late;
    tally.counts.eventsAcked += acked;
    tally.windows.add('deliveries', nowMs, deliveries[0]);
    tally.windows.add('delivery_ms', nowMs, deliveries[0] * deliveries[1]);
    completed += beat.completed ?? 0;
    const reason = watch.check(tally, nowMs, completed);
    if (reason !== null) return [nowMs - fromMs, reason];
  }
  return null;
}

const times = (count: number, beat: Beat): Beat[] => Array.from({ length: count }, () => beat);

const tooManyErrors = rule('errors', bound('>', 100, null));
const errorBurst = rule('errors', bound('>', 100, 5000));
const unavailable = rule('availability_pct', bound('<', 50, 1000));
const patient = rule('errors', { ...bound('>', 100, null), afterMs: 3000 });
const slow = rule('event_delivery_ms', bound('>', 20, 1000));
const stuck = rule('events_per_s', bound('<', 100, 1000));
const everFast = rule('events_per_s', bound('<', 100, null));
const everAvailable = rule('availability_pct', bound('<', 50, null));
const lateness = rule('late_sends', bound('>=', 10, null));

// biome-ignore format: a table
const rows: readonly (readonly [name: string, rule: Threshold, beats: readonly Beat[], stops: readonly [number, string] | null])[] = [
  ['no rule never stops', rule('errors'), times(100, { errors: 1000 }), null],
  ['up to the bound goes on', tooManyErrors, times(10, { errors: 10 }), null],
  ['past it stops', tooManyErrors, times(20, { errors: 10 }), [1100, 'errors value > 100: 110']],
  ['a window forgets what is older', errorBurst, times(300, { errors: 2 }), null],
  ['a burst inside the window stops', errorBurst, [...times(100, { errors: 1 }), { errors: 80 }], [10_100, 'errors value > 100 over 5s: 129']],
  ['one that waits says nothing before its time', patient, times(29, { errors: 50 }), null],
  ['... and stops when that has come', patient, times(40, { errors: 50 }), [3000, 'errors value > 100: 1500']],
  ['less than a whole window says nothing yet', errorBurst, times(30, { errors: 50 }), null],
  ['... and stops when it is whole', errorBurst, times(60, { errors: 50 }), [5000, 'errors value > 100 over 5s: 2450']],
  ['available', unavailable, times(40, { acked: 6, errors: 4 }), null],
  ['failures count against availability', unavailable, [...times(20, { acked: 10 }), ...times(20, { acked: 1, errors: 9 })], [2600, 'availability_pct value < 50 over 1s: 46']],
  ['so do unknowns and sends not made', unavailable, [...times(20, { acked: 10 }), ...times(20, { unknown: 5, late: 5 })], [2600, 'availability_pct value < 50 over 1s: 40']],
  ['nothing attempted is not unavailable', unavailable, times(40, {}), null],
  ['quick enough', slow, times(40, { deliveries: [10, 20] }), null],
  ['slow on average over the window', slow, [...times(20, { deliveries: [10, 1] }), ...times(10, { deliveries: [10, 100] })], [2200, 'event_delivery_ms value > 20 over 1s: 20.8']],
  ['nothing delivered is not slow', slow, times(40, {}), null],
  ['fast enough', stuck, times(40, { completed: 11 }), null],
  ['events stop', stuck, [...times(20, { completed: 20 }), ...times(20, {})], [2600, 'events_per_s value < 100 over 1s: 80']],
  ['a ratio without a window says nothing in its first second', everFast, [...times(9, {}), ...times(11, { completed: 21 })], [1000, 'events_per_s value < 100: 21']],
  ['... and goes on where that was only the start', everFast, [...times(5, {}), ...times(20, { completed: 30 })], null],
  ['... whatever the ratio', everAvailable, [{ errors: 3 }, ...times(20, { acked: 5 })], null],
  ['... and stops where it was not', everAvailable, [{ errors: 300 }, ...times(20, { acked: 5 })], [1000, 'availability_pct value < 50: 13.04']],
  ['sends not made add up', lateness, times(20, { late: 3 }), [400, 'late_sends value >= 10: 12']],
];

for (const [name, one, beats, stops] of rows) {
  test(`abort: ${name}`, () => {
    assert.equal(stopsAt([one], beats), stops);
  });
}

test('beats that never come on time still see the shortest window', () => {
  const seen = ['event_delivery_ms', 'errors', 'events_per_s'].map((metric) => {
    const tally = new Tally([{ name: 'steady', fromMs, toMs: fromMs + 100_000 }]);
    const watch = new AbortWatch([rule(metric, bound('>', 1, 100))]);
    for (let beat = 1; beat <= 10; beat++) {
      const nowMs = fromMs + 51.7 * beat;
      tally.failed('no', nowMs, 2);
      tally.windows.add('deliveries', nowMs, 1);
      tally.windows.add('delivery_ms', nowMs, 5);
      if (watch.check(tally, nowMs, beat) !== null) return beat;
    }
    return null;
  });
  assert.equal(seen, [2, 2, 2]);
});

test('the first of several rules that holds stops', () => {
  const stops = stopsAt([slow, unavailable, tooManyErrors], times(30, { errors: 20, deliveries: [1, 1] }));
  assert.equal(stops, [600, 'errors value > 100: 120']);
});

const operators: readonly (readonly [
  Bound['operator'],
  readonly [below: boolean, at: boolean, above: boolean],
])[] = [
  ['<', [true, false, false]],
  ['<=', [true, true, false]],
  ['==', [false, true, false]],
  ['>=', [false, true, true]],
  ['>', [false, false, true]],
];
for (const [operator, expected] of operators) {
  test(`abort: ${operator}`, () => {
    const stops = [9, 10, 11].map(
      (errors) => stopsAt([rule('errors', bound(operator, 10, null))], [{ errors }]) !== null,
    );
    assert.equal(stops, expected);
  });
}

test('availability counts what succeeded of all that was attempted or due', () => {
  const tally = new Tally([]);
  const { counts } = tally;
  counts.eventsAcked = 10;
  counts.messagesAcked = 5;
  counts.transitionsDone = 3;
  counts.spawnsDone = 1;
  counts.retirementsDone = 1;
  counts.errors = 4;
  counts.unknown = 1;
  counts.eventsLate = 6;
  counts.messagesLate = 9;
  counts.transitionsLate = 10;
  counts.transitionsRefused = 100;
  assert.equal(availabilityOf(tally), { good: 20, attempted: 50 });
});

test.run();
