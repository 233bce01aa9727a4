/** What the seed report expected, as data: every row can be found in a cell of a shipped scenario, and nothing is said twice. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadComponents, loadPhases } from '../../config/expectations.ts';
import { listSuites, loadScenarios } from '../../config/load-scenario.ts';
import { profiles } from '../../config/profile.ts';
import type { Side } from '../../reports/change.ts';
import { metricTable } from '../../reports/metric-table.ts';

const rows = loadPhases().groups.flatMap((group) => group.rows);
const measurable = rows.flatMap((row) => ('notMeasured' in row ? [] : [row]));

function isPlayed(name: string, profile: 'quick' | 'full', { stack, parameters = {} }: Side): boolean {
  return loadScenarios(name, { profile, env: {} }).some(
    (scenario) =>
      (stack === undefined || scenario.stacks.includes(stack)) &&
      Object.entries(parameters).every(([field, value]) => scenario.parameters?.[field] === value),
  );
}

for (const { name, scenario, metric, aggregator, before, after } of measurable) {
  test(`${name}: both sides are cells of ${scenario}`, () => {
    for (const profile of profiles) {
      assert.ok(isPlayed(scenario, profile, before), `before, ${profile}`);
      assert.ok(isPlayed(scenario, profile, after), `after, ${profile}`);
    }
    const { kind, better } = metricTable[metric as keyof typeof metricTable];
    assert.is(aggregator === 'value', kind === 'number');
    assert.ok(better !== null, 'a gain needs a good direction');
  });
}

test('the suite phases is the scenarios of its rows, and the other way round', () => {
  const suite = listSuites().find(({ name }) => name === 'phases')?.scenarios ?? [];
  assert.equal([...new Set(measurable.map(({ scenario }) => scenario))].sort(), [...suite].sort());
});

test('what cannot be measured says why', () => {
  const reasons = rows.flatMap((row) => ('notMeasured' in row ? [row.notMeasured] : []));
  assert.ok(reasons.length > 0 && reasons.every((reason) => reason.length > 10));
});

test('names are told once, and short enough for a terminal of 80 columns', () => {
  assert.is(new Set(rows.map(({ name }) => name)).size, rows.length);
  for (const { name, expected } of measurable) {
    assert.ok(name.length <= 23, name);
    assert.ok((expected?.text ?? '').length <= 8, name);
  }
});

test('every component is cells with it and cells without', () => {
  for (const { scenario, components, total } of loadComponents()) {
    for (const profile of profiles) {
      for (const { without, having } of components) {
        assert.ok(isPlayed(scenario, profile, without) && isPlayed(scenario, profile, having));
      }
      if (total !== null) assert.ok(isPlayed(scenario, profile, total.side));
    }
  }
});

test.run();
