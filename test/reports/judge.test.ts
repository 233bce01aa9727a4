import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { judge, measuredMsOf, rejudge } from '../../reports/judge.ts';
import type { Measurement } from '../../reports/observe.ts';
import type { PhaseRecord, RunRecord } from '../../reports/record.ts';
import { bound, histogram, number, rule, sampleRecord } from './sample-record.ts';

const phase = (name: string, fromMs: number, toMs: number, warmup = false): PhaseRecord => ({
  name,
  fromMs,
  toMs,
  warmup,
});

const metrics: RunRecord['metrics'] = {
  spawn_ms: histogram(100, 400),
  'spawn_ms{phase:surge}': histogram(300, 100),
  transition_ms: histogram(5, 9),
  publish_ms: histogram(5, 59),
  message_routing_ms: histogram(2, 299),
  event_delivery_ms: histogram(2, 9_999),
  event_service_ms: histogram(2, 10_000),
  events_per_s: number(300, '1/s'),
  errors: number(20),
  reordered: number(0),
  drain_ms: number(Number.NaN, 'ms'),
  heap_mb: number(Number.POSITIVE_INFINITY, 'MB'),
};
const context: Omit<Measurement, 'metrics'> = {
  measuredMs: 10_000,
  phases: [phase('warmup', -5000, 0, true), phase('steady', 0, 8000), phase('surge', 8000, 10_000)],
  histograms: {
    spawn_ms: {
      unit: 'ms',
      buckets: [
        [9, 10, 300],
        [499, 501, 100],
      ],
      count: 400,
      sum: 40_000,
      min: 10,
      max: 500,
    },
  },
};

type Row = readonly [
  metric: string,
  pass: string,
  healthy: string,
  observed: number | null,
  verdict: string,
  reason?: RegExp,
];

const rows: readonly Row[] = [
  ['spawn_ms', 'avg < 500', 'avg < 200', 100, 'PASS'],
  ['spawn_ms', 'avg < 500', 'avg < 100', 100, 'DEGRADED'],
  ['spawn_ms', 'avg <= 100', 'avg <= 100', 100, 'PASS'],
  ['spawn_ms', 'avg < 100', '', 100, 'FAIL'],
  ['spawn_ms', 'avg < 100', 'avg < 200', 100, 'FAIL'],
  ['spawn_ms', 'avg < 500', 'p(99) < 100', 100, 'PASS'],
  ['spawn_ms', 'p(50) <= 90', '', 90, 'PASS'],
  ['spawn_ms', 'p(90) < 151', '', 150, 'PASS'],
  ['spawn_ms', 'p(95) < 200', '', 200, 'FAIL'],
  ['spawn_ms', 'p(99) < 301', '', 300, 'PASS'],
  ['event_service_ms', 'p(100) <= 10', '', 10, 'PASS'],
  ['spawn_ms', 'p(75) <= 10', '', 10, 'PASS'],
  ['spawn_ms', 'p(76) <= 10', '', 500, 'FAIL'],
  ['spawn_ms', 'min >= 10', '', 10, 'PASS'],
  ['spawn_ms', 'max < 500', '', 500, 'FAIL'],
  ['spawn_ms', 'count == 400', '', 400, 'PASS'],
  ['spawn_ms', 'rate >= 40', '', 40, 'PASS'],
  ['spawn_ms{phase:surge}', 'avg < 200', '', 300, 'FAIL'],
  ['spawn_ms{phase:surge}', 'rate >= 50', '', 50, 'PASS'],
  ['spawn_ms{phase:surge}', 'p(75) < 900', '', null, 'INCONCLUSIVE', /p\(75\) is not recorded/],
  ['spawn_ms{phase:after}', 'avg < 200', '', null, 'INCONCLUSIVE', /^not measured$/],
  ['spawn_ms{phase:steady}', 'avg < 200', '', null, 'INCONCLUSIVE', /^not measured$/],
  ['spawn_ms', 'value < 200', '', null, 'INCONCLUSIVE', /histogram/],
  ['transition_ms', 'avg < 500', '', null, 'INCONCLUSIVE', /avg needs 10, there were 9/],
  ['publish_ms', 'p(95) < 500', '', null, 'INCONCLUSIVE', /p\(95\) needs 60, there were 59/],
  ['message_routing_ms', 'p(99) < 500', '', null, 'INCONCLUSIVE', /p\(99\) needs 300, there were 299/],
  ['event_delivery_ms', 'p(99.9) < 500', '', null, 'INCONCLUSIVE', /p\(99.9\) needs 10000, there were 9999/],
  ['event_service_ms', 'p(99.9) < 500', '', 8, 'PASS'],
  ['event_service_ms', 'p(99.9) < 8', '', 8, 'FAIL'],
  ['events_per_s', 'value >= 300', 'value >= 330', 300, 'DEGRADED'],
  ['events_per_s', 'value > 300', '', 300, 'FAIL'],
  ['events_per_s', 'avg > 300', '', null, 'INCONCLUSIVE', /single number/],
  ['events_per_s', 'rate > 300', '', null, 'INCONCLUSIVE', /single number/],
  ['errors', 'value <= 0', '', 20, 'FAIL'],
  ['errors', 'rate <= 2', 'rate <= 1', 2, 'DEGRADED'],
  ['reordered', 'value == 0', '', 0, 'PASS'],
  ['lost_acked', 'value == 0', '', null, 'INCONCLUSIVE', /^not measured$/],
  ['constructor', 'value == 0', '', null, 'INCONCLUSIVE', /^not measured$/],
  ['drain_ms', 'value < 100', '', null, 'INCONCLUSIVE', /not a finite number/],
  ['heap_mb', 'value > 1', '', null, 'INCONCLUSIVE', /not a finite number/],
];

for (const [metric, pass, healthy, observed, verdict, reason] of rows) {
  test(`${metric} ${pass}${healthy === '' ? '' : `, healthy ${healthy}`}: ${verdict}`, () => {
    const results = judge([rule(metric, [pass], healthy === '' ? [] : [healthy])], metrics, context);
    const [result] = results;
    assert.is(result?.observed, observed);
    assert.is(result?.verdict, verdict);
    assert.is(result?.rule, pass);
    if (reason === undefined) assert.is(result?.reason, null);
    else assert.match(result?.reason ?? '', reason);
  });
}

test('an empty record passes nothing', () => {
  const rules = rows.map(([metric, pass]) => rule(metric, [pass]));
  const results = judge(rules, {}, { measuredMs: 0 });
  assert.is(results.length, rules.length);
  assert.ok(results.every(({ verdict, observed }) => verdict === 'INCONCLUSIVE' && observed === null));
});

test('no measured time: no rate', () => {
  for (const measuredMs of [0, -1, Number.NaN]) {
    const [result] = judge([rule('errors', ['rate <= 100'])], metrics, { measuredMs });
    assert.is(result?.verdict, 'INCONCLUSIVE');
    assert.is(result?.reason, 'no measured time to divide by');
  }
});

test('where one phase was measured, a rule on it sees the whole measured time', () => {
  const one = { ...context, phases: [phase('warmup', -5000, 0, true), phase('steady', 0, 10_000)] };
  const [result] = judge([rule('errors{phase:steady}', ['rate <= 2'])], metrics, one);
  assert.equal([result?.observed, result?.verdict], [2, 'PASS']);
  const [other] = judge([rule('errors{phase:warmup}', ['rate <= 2'])], metrics, one);
  assert.is(other?.verdict, 'INCONCLUSIVE');
});

test('every pass bound is judged for itself', () => {
  const results = judge(
    [rule('spawn_ms', ['avg < 500', 'p(95) < 10', 'avg > 1'], ['avg < 50'])],
    metrics,
    context,
  );
  assert.equal(
    results.map(({ rule: text, aggregator, healthy, verdict }) => [text, aggregator, healthy, verdict]),
    [
      ['avg < 500', 'avg', 'avg < 50', 'DEGRADED'],
      ['p(95) < 10', 'p(95)', null, 'FAIL'],
      ['avg > 1', 'avg', 'avg < 50', 'DEGRADED'],
    ],
  );
});

test('a healthy bound alone can degrade and cannot fail', () => {
  const [result] = judge([rule('spawn_ms', [], ['avg < 50'])], metrics, context);
  assert.is(result?.verdict, 'DEGRADED');
});

test('abort bounds are not judged, and a sliding window judges nothing afterwards', () => {
  assert.equal(judge([{ ...rule('errors', []), abort: [bound('value > 1')] }], metrics, context), []);
  const sliding = { ...bound('value < 100'), overMs: 5000 };
  const [result] = judge([{ ...rule('errors', []), pass: [sliding] }], metrics, context);
  assert.is(result?.verdict, 'INCONCLUSIVE');
});

test('PASS and FAIL agree with arithmetic for any number, and NaN is neither', () => {
  const operators = { '<': 0, '<=': 0, '>': 0, '>=': 0, '==': 0 };
  fc.assert(
    fc.property(
      fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 })),
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom(...(Object.keys(operators) as (keyof typeof operators)[])),
      (value, limit, operator) => {
        const [result] = judge(
          [rule('errors', [`value ${operator} ${limit}`])],
          { errors: number(value) },
          context,
        );
        const holds = {
          '<': value < limit,
          '<=': value <= limit,
          '>': value > limit,
          '>=': value >= limit,
          '==': value === limit,
        }[operator];
        const expected = !Number.isFinite(value) ? 'INCONCLUSIVE' : holds ? 'PASS' : 'FAIL';
        assert.is(result?.verdict, expected);
      },
    ),
  );
});

test('a record judged again by its own rules is the same; by stricter rules it fails', () => {
  const record = sampleRecord();
  assert.is(measuredMsOf(record), 4000);
  assert.equal(rejudge(record), record);
  const strict = rejudge(record, [rule('spawn_ms', ['avg < 1'])]);
  assert.is(strict.verdict, 'FAIL');
  assert.equal(strict.metrics, record.metrics);
  assert.is(rejudge(record, []).verdict, 'PASS', 'its checks are still there');
  assert.is(rejudge({ ...record, checks: [] }, []).verdict, 'INCONCLUSIVE');
  assert.is(rejudge({ ...record, interrupted: true }).verdict, 'INCONCLUSIVE');
});

test.run();
