/** The suites of drills: all of them, each with a fault, in the time that a person waits for. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listScenarios, listSuites, loadScenarios } from '../../config/load-scenario.ts';
import { profiles } from '../../config/profile.ts';
import { plannedMs } from '../../scenarios/run/plan-cells.ts';

const drills = listScenarios()
  .map(({ name }) => name)
  .filter((name) => name.startsWith('drill-'));
const scenariosOf = (suite: string): readonly string[] =>
  listSuites().find(({ name }) => name === suite)?.scenarios ?? [];
const suite = [...scenariosOf('drills'), ...scenariosOf('nodes')];

/** Servers that start, a drain, a process of its own: what a cell takes beside its load on a busy machine. */
const besideMs = 8000;

test('every drill that ships is in one of the suites, and nothing else', () => {
  assert.equal(suite.toSorted(), drills);
});

test('each has a fault and says what must come of it, under every profile', () => {
  for (const name of suite) {
    for (const profile of profiles) {
      for (const { faults = [], random, thresholds } of loadScenarios(name, { profile, env: {} })) {
        assert.ok(faults.length > 0 || random !== undefined, name);
        assert.ok(
          thresholds.some(({ metric }) => metric === 'rpo_events'),
          name,
        );
      }
    }
  }
});

test('quick, all of them take less than ten minutes', () => {
  const cells = scenariosOf('drills').flatMap((name) =>
    loadScenarios(name, { profile: 'quick', env: {} }).flatMap((scenario) =>
      scenario.stacks.map(() => scenario),
    ),
  );
  const stack = { name: '', bus: '', storage: '' };
  const ms = cells.reduce(
    (sum, scenario) => sum + plannedMs({ scenario, stack, iteration: 1, seed: 1 }) + besideMs,
    0,
  );
  assert.ok(ms < 10 * 60_000, `${ms} ms`);
});

test.run();
