import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Bound, Threshold } from '../../../reports/threshold.ts';
import { k6OptionsOf, usersOf } from '../../../scenarios/drivers/k6/options.ts';
import type { Phase } from '../../../scenarios/scenario.ts';
import { workloadOf } from '../../doubles/workload.ts';

function phase(forMs: number, rateFrom: number, rateTo = rateFrom): Phase {
  return { name: `${forMs}`, forMs, warmup: false, rateFrom, rateTo };
}

const users = { preAllocatedVUs: 10, maxVUs: 50, gracefulStop: '5000ms', exec: 'events' };

type Row = readonly [what: string, eventsPerS: number, phases: readonly Phase[], scenario: object];

// biome-ignore format: a table
const rows: readonly Row[] = [
  ['a constant rate', 100, [phase(1000, 1)],
    { executor: 'constant-arrival-rate', rate: 100, timeUnit: '1s', duration: '1000ms', ...users }],
  ['two phases of one rate', 100, [phase(1000, 1), phase(500, 1)],
    { executor: 'constant-arrival-rate', rate: 100, timeUnit: '1s', duration: '1500ms', ...users }],
  ['a rate that is whole in ten seconds', 12.5, [phase(1000, 1)],
    { executor: 'constant-arrival-rate', rate: 125, timeUnit: '10s', duration: '1000ms', ...users, preAllocatedVUs: 2 }],
  ['a rate that is whole in no time', 1 / 3, [phase(9000, 1)],
    { executor: 'constant-arrival-rate', rate: 333, timeUnit: '1000s', duration: '9000ms', ...users, preAllocatedVUs: 1 }],
  ['a ramp', 50, [phase(1000, 1, 2)],
    { executor: 'ramping-arrival-rate', startRate: 50, timeUnit: '1s', stages: [{ target: 100, duration: '1000ms' }], ...users }],
  ['a jump between two', 50, [phase(1000, 1), phase(1000, 2)],
    { executor: 'ramping-arrival-rate', startRate: 50, timeUnit: '1s', ...users,
      stages: [{ target: 50, duration: '1000ms' }, { target: 100, duration: '0s' }, { target: 100, duration: '1000ms' }] }],
  ['more users than may be under way', 10_000, [phase(1000, 1)],
    { executor: 'constant-arrival-rate', rate: 10_000, timeUnit: '1s', duration: '1000ms', ...users, preAllocatedVUs: 50 }],
];

for (const [what, eventsPerS, phases, scenario] of rows) {
  test(what, () => {
    const workload = workloadOf({ eventsPerS, inFlight: 50, deadlineMs: 5000 });
    assert.equal(k6OptionsOf(workload, phases, []).scenarios, { events: scenario });
  });
}

test('a kind of which nothing is due is left out; users are bounded whatever may be under way', () => {
  const workload = workloadOf({ eventsPerS: 0, readsPerS: 5 });
  assert.equal(Object.keys(k6OptionsOf(workload, [phase(1000, 1)], []).scenarios), ['reads']);
  assert.equal(k6OptionsOf(workload, [phase(1000, 0)], []).scenarios, {});
  assert.is(usersOf({ inFlight: 1_000_000 }), 1000);
});

test('dropped iterations are always held; of the bounds those that k6 measures, and only over the whole time', () => {
  const bound = (aggregator: Bound['aggregator'], percentile: number | null = null): Bound => ({
    aggregator,
    percentile,
    operator: '<',
    limit: 50,
    overMs: null,
    text: '',
  });
  const rule = (metric: string, phaseName: string | null, ...pass: readonly Bound[]): Threshold => ({
    metric,
    phase: phaseName,
    pass,
    healthy: [],
    abort: [],
  });
  const rules = [
    rule('publish_ms', null, bound('p', 99), bound('avg')),
    rule('read_ms', null, bound('max')),
    rule('publish_ms', 'steady', bound('p', 50)),
    rule('event_delivery_ms', null, bound('avg')),
    rule('errors', null, bound('value')),
  ];
  assert.equal(k6OptionsOf(workloadOf({ eventsPerS: 1 }), [phase(1000, 1)], rules).thresholds, {
    dropped_iterations: ['count<1'],
    'http_req_duration{kind:events}': ['p(99)<50', 'avg<50'],
    testbed_read_ms: ['max<50'],
  });
});

test.run();
