/** The seed's own 24 rows, judged by the rules that ship: what it printed must come out, by one rule per metric. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadScenario } from '../../config/load-scenario.ts';
import { loadSeed, seedThresholds } from '../../config/seed.ts';
import { metricTable } from '../../reports/metric-table.ts';
import { judgeSeedRow } from '../../reports/seed.ts';

const { scenarios } = loadSeed();
const rows = scenarios.flatMap((scenario) => scenario.rows);

test('there are 24 rows, six of each scenario', () => {
  assert.equal(
    scenarios.map((scenario) => [scenario.scenario, scenario.agents, scenario.rows.length]),
    [
      ['baseline', 10, 6],
      ['moderate', 20, 6],
      ['high', 50, 6],
      ['stress', 100, 6],
    ],
  );
});

for (const row of rows) {
  test(`${row.scenario}: ${row.metric} ${row.asWritten} against ${row.writtenBound} is ${row.status}`, () => {
    assert.is(judgeSeedRow(row), row.status);
  });
}

test('a row that had another value would come out otherwise', () => {
  const worse = rows.map((row) => {
    const value = row.pass.operator.startsWith('<') ? row.pass.limit * 2 + 1 : row.pass.limit / 2;
    return judgeSeedRow({ ...row, value });
  });
  assert.ok(worse.every((verdict) => verdict === 'FAIL'));
});

test('every row is in our words', () => {
  for (const { metric } of rows) assert.ok(Object.hasOwn(metricTable, metric));
  const errors = rows.filter(({ metric }) => metric === 'errors');
  assert.equal(
    errors.map(({ value }) => value),
    [0, [0, 2], [5, 10], [20, 50]],
  );
  assert.equal(
    errors.map(({ pass }) => pass.text),
    ['value <= 0', 'value < 5', 'value < 10', 'value < 10'],
  );
});

test('healthy bounds that say nothing more than pass are left out', () => {
  const spawn = rows.filter(({ metric }) => metric === 'spawn_ms');
  assert.equal(
    spawn.map(({ pass }) => pass.limit),
    [100, 200, 500, 500],
  );
  assert.equal(
    spawn.map(({ healthy }) => healthy?.limit ?? null),
    [null, null, 200, 200],
  );
});

for (const { scenario, rows: own } of scenarios) {
  test(`the shipped ${scenario} is judged by the same bounds`, () => {
    const { thresholds } = loadScenario(scenario, { profile: 'quick', env: {} });
    assert.equal(thresholds, seedThresholds(scenario));
    assert.equal(
      thresholds.map(({ metric, pass, healthy }) => [metric, pass, healthy]),
      own.map(({ metric, pass, healthy }) => [metric, [pass], healthy === null ? [] : [healthy]]),
    );
  });
}

test.run();
