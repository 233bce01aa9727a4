import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadSeed } from '../../config/seed.ts';
import type { Verdict } from '../../reports/record.ts';
import { judgeSeedRow, type SeedRow } from '../../reports/seed.ts';
import { bound } from './sample-record.ts';

const rows: readonly SeedRow[] = loadSeed().scenarios.flatMap((scenario) => scenario.rows);

test('there are 24 rows', () => {
  assert.is(rows.length, 24);
});

for (const row of rows) {
  test(`${row.scenario}, ${row.metric} ${row.value}: ${row.status}`, () => {
    assert.is(judgeSeedRow(row), row.status);
  });
}

test('a row is seen to come out otherwise', () => {
  const row = rows.find(({ scenario, metric }) => scenario === 'high' && metric === 'spawn_ms') as SeedRow;
  assert.is(row.status, 'DEGRADED');
  assert.is(judgeSeedRow({ ...row, value: 100 }), 'PASS');
  assert.is(judgeSeedRow({ ...row, value: 500 }), 'FAIL');
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
