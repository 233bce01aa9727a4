/** What ships fits together: the schema says what the code knows, and every shipped scenario loads. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { faultSchema } from '../../config/fault-schema.ts';
import { listScenarios, listSuites, loadScenario, loadScenarios } from '../../config/load-scenario.ts';
import { mostAgents } from '../../config/overrides.ts';
import { packageRoot } from '../../config/package-root.ts';
import { profiles } from '../../config/profile.ts';
import { durabilities } from '../../config/scenario-file.ts';
import { readSchema } from '../../config/schema.ts';
import { loadSeed } from '../../config/seed.ts';
import { listStacks, resolveStack } from '../../config/stacks.ts';
import { dualWrites } from '../../core/lifecycle/dual-write.ts';
import { lockScopes } from '../../core/lifecycle/locks.ts';
import { resolveOptions } from '../../core/options.ts';
import { swarmStrategies } from '../../core/swarm.ts';
import { metricTable } from '../../reports/metric-table.ts';
import { estimatedMs } from '../../scenarios/run/plan-cells.ts';
import { abortMetrics, checkNames, outboxPlaces } from '../../scenarios/scenario.ts';
import { loadText } from './broken.ts';

const shipped = listScenarios();
const embedded: readonly string[] = ['memory', 'sqlite'];

test('the scenarios of the first issue ship', () => {
  const names = shipped.map(({ name }) => name);
  for (const name of ['baseline', 'chain', 'custom', 'high', 'moderate', 'smoke', 'stress'])
    assert.ok(names.includes(name), name);
  assert.ok(shipped.every(({ description }) => description.length > 0));
});

for (const { name, file } of shipped) {
  test(`${name} loads under every profile, and says its own name and schema`, () => {
    for (const profile of profiles) {
      for (const scenario of loadScenarios(name, { profile, env: {} })) {
        assert.is(scenario.name, name);
        assert.ok(scenario.checks.length > 0 || scenario.target !== undefined);
        assert.ok(scenario.thresholds.length > 0);
      }
    }
    const [first = ''] = readFileSync(file, 'utf8').split('\n');
    const schema = /^# yaml-language-server: \$schema=(.*)$/.exec(first)?.[1] ?? '';
    assert.is(basename(resolve(dirname(file), schema)), 'scenario.schema.json');
    assert.ok(readFileSync(join(dirname(file), schema)).length > 0);
  });
}

test('the example of scenarios/README.md loads', () => {
  const readme = readFileSync(join(packageRoot, 'scenarios', 'README.md'), 'utf8');
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(readme) ?? [];
  const scenario = loadText(example.replaceAll(/^ {3}/gm, ''), { profile: 'quick' });
  assert.equal([scenario.name, scenario.thresholds.length], ['mine', 3]);
});

test('custom takes its number from the environment or the flag', () => {
  const agents = (options: object): number =>
    loadScenario('custom', { profile: 'quick', env: {}, ...options }).workload.agents;
  assert.equal([agents({}), agents({ env: { AGENTS: '7' } }), agents({ agents: 5 })], [20, 7, 5]);
});

test('the suite seed fits its time: 12 cells of less than 6 seconds of load, enough spawns for an average', () => {
  const scenarios = listSuites().find(({ name }) => name === 'seed')?.scenarios ?? [];
  const cells = scenarios.map((name) => loadScenario(name, { profile: 'quick', env: {} }));
  assert.is(
    cells.reduce((sum, { stacks }) => sum + stacks.length, 0),
    12,
  );
  for (const { workload } of cells) {
    assert.ok(workload.phases.reduce((sum, { forMs }) => sum + forMs, 0) < 6000);
    assert.ok(workload.agents >= 10);
  }
});

/** A question about connections needs a server. */
const onServers: readonly string[] = ['pool-size'];

test('the suite analyses: every part a table of its own, quick in less than four minutes, on embedded stacks but one', () => {
  const suite = listSuites().find(({ name }) => name === 'analyses')?.scenarios ?? [];
  let ms = 0;
  for (const name of suite) {
    for (const profile of profiles) {
      const scenarios = loadScenarios(name, { profile, env: {} });
      assert.ok(scenarios.length > 1, `${name} compares nothing under ${profile}`);
      for (const scenario of scenarios) {
        assert.ok((scenario.shown ?? []).length > 0, name);
        const stacks = scenario.stacks.map((stack) => resolveStack(stack));
        assert.ok(
          onServers.includes(name) ||
            stacks.every(({ bus, storage }) => [bus, storage].every((part) => embedded.includes(part))),
        );
        const cells = stacks.map((stack) => ({ scenario, stack, iteration: 1, seed: 1 }));
        if (profile === 'quick') ms += cells.reduce((sum, cell) => sum + estimatedMs(cell), 0);
      }
    }
  }
  assert.ok(ms > 0 && ms < 250_000, `${ms} ms`);
});

test('each seed scenario offers more than its events bound asks for', () => {
  for (const { scenario, rows } of loadSeed().scenarios) {
    const bound = rows.find(({ metric }) => metric === 'events_per_s')?.healthy?.limit ?? Number.NaN;
    assert.ok(loadScenario(scenario, { profile: 'quick', env: {} }).workload.eventsPerS > bound);
  }
});

test('every suite names shipped scenarios, every listed stack resolves', () => {
  const names = shipped.map(({ name }) => name);
  for (const { scenarios } of listSuites()) assert.ok(scenarios.every((name) => names.includes(name)));
  assert.ok(listStacks().length > 0);
});

interface Part {
  readonly enum?: readonly string[];
  readonly items?: Part;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly properties?: { readonly [name: string]: Part };
  readonly definitions?: { readonly [name: string]: Part };
}

const schema = readSchema() as unknown as Part;
const root = schema.properties ?? {};
const workloadFields = schema.definitions?.['workload']?.properties ?? {};
const threshold = schema.definitions?.['threshold']?.properties ?? {};

test('the schema is one', () => {
  const ajv = new Ajv({ strict: false, validateSchema: false });
  assert.is(ajv.validateSchema(schema), true, ajv.errorsText());
});

test('the schema of a fault is what the fault table says; else run: npx node config/write-schema.ts', () => {
  assert.equal(schema.definitions?.['fault'], faultSchema());
});

test('the schema knows what the code knows', () => {
  assert.equal(root['checks']?.items?.enum, [...checkNames]);
  assert.equal(root['durability']?.enum, [...durabilities]);
  assert.equal(
    root['thresholdsFrom']?.enum,
    loadSeed().scenarios.map(({ scenario }) => `seed/${scenario}`),
  );
  assert.equal(workloadFields['swarms']?.properties?.['strategies']?.items?.enum, [...swarmStrategies]);
  assert.is(workloadFields['agents']?.maximum, mostAgents);
  assert.equal(
    Object.entries(root['thresholds']?.properties ?? {}).map(([name, { description }]) => [
      name,
      description,
    ]),
    Object.entries(metricTable).map(([name, { unit, what }]) => [name, `${unit}: ${what}`]),
  );
  for (const metric of abortMetrics) assert.ok(threshold['abort']?.description?.includes(metric));
});

test("the orchestrator's defaults are its own, but that what has ended is kept; so are the bounds", () => {
  const { workload } = loadText('name: plain\nworkload: { phases: [{ name: steady, for: 1s }] }\n');
  const { events, messages, orchestrator } = workload;
  const { producer, closeWithinMs, report, retention, keepsPlace, outboxFile, lease, ...own } =
    resolveOptions({});
  // What a process among others is to have, or one that may end and begin again, is the cell's to say: its lease, its place, the name of its file.
  assert.equal({ events, messages, ...orchestrator }, { ...own, retention: null, outbox: 'memory' });
  const kept = loadText(
    'name: plain\nworkload: { orchestrator: { retention: {} }, phases: [{ name: steady, for: 1s }] }\n',
  );
  assert.equal(kept.workload.orchestrator?.retention, retention);
  for (const [name, { minimum, maximum }] of Object.entries(
    workloadFields['orchestrator']?.properties ?? {},
  )) {
    for (const value of [minimum, maximum]) if (value !== undefined) resolveOptions({ [name]: value });
  }
  for (const [name, { minimum, maximum }] of Object.entries(
    workloadFields['orchestrator']?.properties?.['retry']?.properties ?? {},
  )) {
    for (const value of [minimum, maximum])
      if (value !== undefined) resolveOptions({ retry: { [name]: value } });
  }
  assert.equal(schema.definitions?.['lock']?.enum, [...lockScopes]);
  assert.equal(schema.definitions?.['dualWrite']?.enum, [...dualWrites]);
  assert.equal(schema.definitions?.['outbox']?.enum, [...outboxPlaces]);
});

test('every field of the schema says what it is', () => {
  const silent: string[] = [];
  const visit = ({ properties = {}, items }: Part, path: string): void => {
    for (const [name, field] of Object.entries(properties)) {
      if (field.description === undefined) silent.push(`${path}${name}`);
      visit(field, `${path}${name}.`);
    }
    if (items) visit(items, `${path}[].`);
  };
  visit(schema, '');
  for (const [name, definition] of Object.entries(schema.definitions ?? {})) visit(definition, `${name}.`);
  assert.equal(silent, []);
});

test.run();
