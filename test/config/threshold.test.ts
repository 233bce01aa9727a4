import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type BoundUse, parseBound, parseThresholdKey } from '../../config/threshold.ts';
import { isTestbedError } from '../../core/error.ts';
import { type MetricName, metricTable } from '../../reports/metric-table.ts';

type Row = readonly [metric: MetricName, text: string, limit: number, shown: string, use?: BoundUse];

const read: readonly Row[] = [
  ['spawn_ms', 'avg < 100ms', 100, 'avg < 100 ms'],
  ['spawn_ms', 'avg<0.5s', 500, 'avg < 0.5 s'],
  ['spawn_ms', '  max <= 1m ', 60_000, 'max <= 1 m'],
  ['spawn_ms', 'min > 250us', 0.25, 'min > 250 us'],
  ['spawn_ms', 'avg < 100', 100, 'avg < 100'],
  ['spawn_ms', 'count >= 100', 100, 'count >= 100'],
  ['spawn_ms', 'rate >= 5/s', 5, 'rate >= 5/s'],
  ['event_delivery_ms', 'p(99) < 50 ms', 50, 'p(99) < 50 ms'],
  ['event_delivery_ms', 'p(99.9) < 50ms', 50, 'p(99.9) < 50 ms'],
  ['event_delivery_ms', 'p(100) < 1s', 1000, 'p(100) < 1 s'],
  ['event_delivery_ms', 'avg > 200ms over 5s', 200, 'avg > 200 ms over 5 s', 'abort'],
  ['events_per_s', 'value > 50', 50, 'value > 50'],
  ['events_per_s', 'value >= 300/s', 300, 'value >= 300/s'],
  ['events_per_s', 'value >= 600/min', 10, 'value >= 600/min'],
  ['delivery_rate_pct', 'value >= 95 %', 95, 'value >= 95 %'],
  ['delivery_rate_pct', 'value >= 99.9%', 99.9, 'value >= 99.9 %'],
  ['delivery_rate_pct', 'value == 100', 100, 'value == 100'],
  ['errors', 'value <= 0', 0, 'value <= 0'],
  ['errors', 'rate < 1/s', 1, 'rate < 1/s'],
  ['errors', 'value > 100 over 5s', 100, 'value > 100 over 5 s', 'abort'],
  ['availability_pct', 'value < 50 % over 100ms', 50, 'value < 50 % over 100 ms', 'abort'],
  ['memory_growth_mb', 'value < 50MB', 50, 'value < 50 MB'],
  ['memory_growth_mb', 'value < 10MiB', 10.48576, 'value < 10 MiB'],
  ['memory_growth_mb', 'value > -5', -5, 'value > -5'],
  ['memory_growth_mb_per_min', 'value < 5 MB/min', 5, 'value < 5 MB/min'],
  ['memory_per_agent_kb', 'value <= 1kB', 1, 'value <= 1 kB'],
  ['memory_per_agent_kb', 'value <= 1MB', 1000, 'value <= 1 MB'],
  ['cpu_s_per_million_events', 'value < 500ms', 0.5, 'value < 500 ms'],
  ['achieved_ratio', 'value >= 0.95', 0.95, 'value >= 0.95'],
];

for (const [metric, text, limit, shown, use] of read) {
  test(`${metric}: ${text}`, () => {
    const bound = parseBound(text, metric, use);
    assert.is(bound.limit, limit);
    assert.is(bound.text, shown);
    assert.equal({ ...parseBound(shown, metric, use) }, { ...bound }, 'what is shown reads back as the same');
  });
}

test('bounds in full', () => {
  assert.equal(parseBound('p(99.9) <= 1s', 'spawn_ms'), {
    aggregator: 'p',
    percentile: 99.9,
    operator: '<=',
    limit: 1000,
    overMs: null,
    text: 'p(99.9) <= 1 s',
  });
  assert.is(parseBound('value > 100 over 5s', 'errors', 'abort').overMs, 5000);
});

const refused: readonly (readonly [metric: MetricName, text: string, says: string, use?: BoundUse])[] = [
  ['spawn_ms', '', 'is not a bound'],
  ['spawn_ms', '100ms', 'is not a bound'],
  ['spawn_ms', 'avg 100ms', 'is not a bound'],
  ['spawn_ms', 'avg < ', 'is not a bound'],
  ['spawn_ms', 'avg < 100ms and p(99) < 1s', 'has no unit "ms and p(99) < 1s"'],
  ['spawn_ms', 'average < 100ms', 'unknown aggregator "average"'],
  ['spawn_ms', 'p99 < 100ms', 'did you mean "p(99)"?'],
  ['spawn_ms', 'p < 100ms', 'p(): not a percentile'],
  ['spawn_ms', 'p(0) < 100ms', 'not a percentile'],
  ['spawn_ms', 'p(100.1) < 100ms', 'not a percentile'],
  ['spawn_ms', 'p(-1) < 100ms', 'not a percentile'],
  ['spawn_ms', 'p(NaN) < 100ms', 'not a percentile'],
  ['spawn_ms', 'avg(5) < 100ms', 'avg takes no argument'],
  ['spawn_ms', 'value < 100ms', 'which is a histogram'],
  ['spawn_ms', 'avg = 100ms', 'unknown operator ='],
  ['spawn_ms', 'avg ≤ 100ms', 'unknown operator ≤'],
  ['spawn_ms', 'avg < NaN', 'is not a limit'],
  ['spawn_ms', 'avg < 1e3ms', 'has no unit "e3ms"'],
  ['spawn_ms', 'avg < 1,000ms', 'has no unit ",000ms"'],
  ['spawn_ms', 'avg < -1ms', 'never negative'],
  ['spawn_ms', 'avg < 100kB', 'has no unit "kB"'],
  ['spawn_ms', 'count > 5ms', 'a number without a unit'],
  ['events_per_s', 'avg > 50', 'which is a single number'],
  ['delivery_rate_pct', 'value > 100.1 %', 'never above 100 %'],
  ['errors', 'value <= 5 %', 'has no unit "%"'],
  ['errors', 'value <= 0 over 5s', 'over is for abort'],
  ['errors', 'value <= 0 over 5s', 'over is for abort', 'healthy'],
  ['errors', 'value > 0 over 5', 'has no unit', 'abort'],
  ['errors', 'value > 0 over 10ms', 'must be from 100ms to 1h', 'abort'],
  ['errors', 'value > 0 over 5s over 6s', 'over', 'abort'],
  ['errors', 'rate > 5/s', 'allowed in abort: value', 'abort'],
  ['event_delivery_ms', 'p(99) > 1s', 'allowed in abort: avg', 'abort'],
  ['spawn_ms', 'avg > 1s', 'cannot abort', 'abort'],
];

for (const [metric, text, says, use] of refused) {
  test(`${metric} refuses ${text} ${use ?? ''}`, () => {
    assert.throws(
      () => parseBound(text, metric, use),
      (error: unknown) => isTestbedError(error, 'INVALID_CONFIG') && error.message.includes(says),
    );
  });
}

test('keys', () => {
  assert.equal(parseThresholdKey('spawn_ms'), { metric: 'spawn_ms', phase: null, stack: null });
  assert.equal(parseThresholdKey('spawn_ms{phase:after}'), {
    metric: 'spawn_ms',
    phase: 'after',
    stack: null,
  });
  for (const key of ['spwan_ms', 'spawn_ms{phase:a', 'spawn_ms{window:a}', '__proto__', 'toString', '']) {
    assert.throws(
      () => parseThresholdKey(key),
      (error: unknown) => isTestbedError(error, 'INVALID_CONFIG'),
    );
  }
});

const pieces = fc.constantFrom(
  'avg',
  'p(99)',
  'value',
  'p(',
  ')',
  '<',
  '<=',
  '==',
  '5',
  '0.5',
  'ms',
  ' ',
  '%',
  ' over ',
  '5s',
  '-',
  '/s',
  'MB',
);
const nearly = fc.oneof(
  fc.string(),
  fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
);
const metrics = fc.constantFrom(...(Object.keys(metricTable) as MetricName[]));

test('whatever is written is read or refused, and what is read has a finite limit and reads back', () => {
  fc.assert(
    fc.property(nearly, metrics, fc.constantFrom<BoundUse>('pass', 'abort'), (text, metric, use) => {
      try {
        const bound = parseBound(text, metric, use);
        assert.ok(Number.isFinite(bound.limit));
        assert.equal({ ...parseBound(bound.text, metric, use) }, { ...bound });
      } catch (error) {
        if (!isTestbedError(error, 'INVALID_CONFIG')) throw error;
      }
    }),
    { seed: 20261124, numRuns: 5000 },
  );
});

test.run();
