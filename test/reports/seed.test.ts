import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Verdict } from '../../reports/record.ts';
import { judgeSeedRow, type SeedRow } from '../../reports/seed.ts';
import type { Bound } from '../../reports/threshold.ts';
import { bound } from './sample-record.ts';

interface Table {
  readonly scenario: string;
  readonly rows: readonly {
    readonly metric: string;
    readonly value: number | readonly [number, number];
    readonly threshold: { readonly max?: number; readonly min?: number; readonly exclusive?: boolean };
    readonly status: Verdict;
  }[];
}

const path = join(import.meta.dirname, '../../config/seed/baseline-tables.json');
const tables = JSON.parse(readFileSync(path, 'utf8')).load_test_results as readonly Table[];

/** One rule a metric, over all four scenarios: pass and healthy bound from the written bound. */
const ruleOf: {
  readonly [metric: string]: (limit: Table['rows'][number]['threshold']) => [Bound, Bound | null];
} = {
  spawn_ms_avg: ({ max = 0 }) => [bound(`avg < ${Math.min(max, 500)}`), bound('avg < 200')],
  event_delivery_ms_avg: ({ max = 0 }) => [bound(`avg < ${Math.min(max, 50)}`), bound('avg < 20')],
  events_per_s: ({ min = 0 }) => [bound(`value >= ${min}`), bound(`value >= ${1.1 * min}`)],
  memory_growth_mb: ({ max = 0 }) => [bound(`value < ${max}`), bound(`value <= ${0.8 * max}`)],
  delivery_rate_pct: ({ min = 0 }) => [bound(`value >= ${min}`), null],
  errors: ({ max = 0, exclusive }) => [bound(`value ${exclusive ? '<' : '<='} ${max}`), null],
};

const rows = tables.flatMap(({ scenario, rows: given }) =>
  given.map(({ metric, value, threshold, status }): SeedRow => {
    const [pass, healthy] = (ruleOf[metric] as (typeof ruleOf)[string])(threshold);
    return { scenario, metric, aggregator: pass.aggregator, value, pass, healthy, status };
  }),
);

test('there are 24 rows', () => {
  assert.is(rows.length, 24);
});

for (const row of rows) {
  test(`${row.scenario}, ${row.metric} ${row.value}: ${row.status}`, () => {
    assert.is(judgeSeedRow(row), row.status);
  });
}

test('a row is seen to come out otherwise', () => {
  const row = rows.find(
    ({ scenario, metric }) => scenario === 'baseline' && metric === 'spawn_ms_avg',
  ) as SeedRow;
  assert.is(judgeSeedRow({ ...row, value: 250, pass: bound('avg < 500') }), 'DEGRADED');
  assert.is(judgeSeedRow({ ...row, value: 100 }), 'FAIL');
  assert.is(judgeSeedRow({ ...row, value: Number.NaN }), 'INCONCLUSIVE');
});

const ranges: readonly (readonly [
  low: number,
  high: number,
  pass: string,
  healthy: string,
  verdict: Verdict,
])[] = [
  [0, 2, 'value < 5', '', 'PASS'],
  [0, 5, 'value < 5', '', 'DEGRADED'],
  [5, 9, 'value < 5', '', 'FAIL'],
  [0, 5, 'value <= 5', '', 'PASS'],
  [4, 9, 'value > 4', '', 'DEGRADED'],
  [5, 9, 'value >= 5', '', 'PASS'],
  [1, 4, 'value >= 5', '', 'FAIL'],
  [3, 3, 'value == 3', '', 'PASS'],
  [2, 4, 'value == 3', '', 'DEGRADED'],
  [4, 5, 'value == 3', '', 'FAIL'],
  [0, 2, 'value < 5', 'value < 2', 'DEGRADED'],
  [3, 4, 'value < 5', 'value < 2', 'DEGRADED'],
  [9, 0, 'value < 50', '', 'INCONCLUSIVE'],
];

for (const [low, high, pass, healthy, verdict] of ranges) {
  test(`${low}..${high} against ${pass}${healthy === '' ? '' : `, healthy ${healthy}`}: ${verdict}`, () => {
    const row = { scenario: 's', metric: 'errors', aggregator: 'value', value: [low, high] as const };
    const given = { ...row, pass: bound(pass), healthy: healthy === '' ? null : bound(healthy) };
    assert.is(judgeSeedRow(given), verdict);
  });
}

test.run();
