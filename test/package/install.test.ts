import { spawnSync } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'testbed-package-'));
test.after(() => rmSync(scratch, { recursive: true, force: true }));
const app = join(scratch, 'app');

/** On the Node that runs this test, whatever PATH has first. */
function run(command: string, args: readonly string[], cwd: string) {
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`;
  const { NODE_OPTIONS: _, CI: __, ...env } = process.env;
  return spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 120_000, env: { ...env, PATH } });
}

const testbed = (...args: string[]) =>
  run(process.execPath, [join(app, 'node_modules/testbed/bin/testbed.js'), ...args], app);

/** Packs a copy of the checkout, as prepack builds it, so that nothing of ours is touched. Returns what went wrong. */
function pack(): string {
  const source = join(scratch, 'source');
  const left = ['node_modules', 'dist', 'results', '.git', 'examples'].map((name) => join(root, name));
  cpSync(root, source, { recursive: true, filter: (path) => !left.includes(path) });
  symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'));
  const { status, stdout, stderr } = run('npm', ['pack', '--pack-destination', scratch], source);
  return status === 0 ? '' : `npm pack: ${stdout}${stderr}`;
}

/** Installs what was packed into an empty folder; from npm's cache as far as that has it. Returns what went wrong. */
function install(): string {
  mkdirSync(app);
  const [tarball = ''] = globSync('*.tgz', { cwd: scratch });
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'];
  const { status, stdout, stderr } = run('npm', ['install', ...flags, join(scratch, tarball)], app);
  return status === 0 ? '' : `npm install: ${stdout}${stderr}`;
}

const failure = pack() || install();
const offline = /ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/.test(failure);
if (offline && process.env['CI'] !== 'true') {
  process.stdout.write(
    'SKIP the installed package: no registry can be reached, and the cache lacks a dependency\n',
  );
  test.skip('it works installed', () => {});
} else {
  test('it packs, and installs into an empty folder', () => assert.is(failure, ''));
}
if (failure === '') {
  test('its command works: help, lists, shipped scenarios, runs on both embedded stores', commandWorks);
  test('an adapter begun with it passes, and is a stack', adapterWorks);
  test('its library can be imported, and its schemas', libraryWorks);
  test('its types check in a strict project of somebody else', typesCheck);
  test('nothing of the sources or tests is in it', onlyWhatIsNeeded);
}

function commandWorks(): void {
  assert.match(testbed('--help').stdout, /testbed COMMAND \[ARGUMENTS\]/);
  const listed = testbed('list', 'scenarios');
  for (const name of ['baseline', 'moderate', 'high', 'stress', 'custom', 'smoke', 'chain']) {
    assert.match(listed.stdout, new RegExp(`^ {2}${name} +\\S`, 'm'));
    const { status, stderr } = testbed('validate', name);
    assert.is(status, 0, stderr);
  }
  const played = testbed('run', '--scenario', 'smoke', '--stacks', 'memory,sqlite');
  assert.ok(played.status === 0 || played.status === 2, played.stdout + played.stderr);
  assert.match(played.stdout, /2 cells: /);
  const [result] = readdirSync(join(app, 'results'));
  const records = globSync('cells/smoke/*/1/record.json', { cwd: join(app, 'results', result as string) });
  assert.is(records.length, 2, 'a record of each');
  assert.is(testbed('show', join('results', result as string)).status, played.status);
}

function adapterWorks(): void {
  assert.is(testbed('init', 'adapter', 'my-bus').status, 0);
  const held = testbed('conformance', './my-bus', '--only', 'order');
  assert.is(held.status, 0, held.stdout + held.stderr);
  const played = testbed('run', '--scenario', 'smoke', '--stacks', './my-bus', '--output', 'begun');
  assert.ok(played.status === 0 || played.status === 2, played.stdout + played.stderr);
  const tested = run(process.execPath, ['--test', 'conformance.test.ts'], join(app, 'my-bus'));
  assert.is(tested.status, 0, tested.stdout);
}

const use = `
import { createOrchestrator, createRandom, systemClock } from 'testbed';
import * as core from 'testbed/core';
import { memoryBus, memoryStorage } from 'testbed/adapters';
import { busConformance, storageConformance } from 'testbed/conformance';
import { metricTable, readResult } from 'testbed/reports';
import scenarioSchema from 'testbed/schemas/scenario.json' with { type: 'json' };
import recordSchema from 'testbed/schemas/record.json' with { type: 'json' };
import indexSchema from 'testbed/schemas/index.json' with { type: 'json' };

const place = { directory: '.', namespace: 'x', durability: 'none', options: {} };
const bus = await memoryBus.open(place);
const storage = await memoryStorage.open(place);
const orchestrator = await createOrchestrator({
  bus: bus.port, storage: storage.port, clock: systemClock, random: createRandom(1),
});
const [agent] = await orchestrator.spawn([{ id: 'one' }]);
await orchestrator.close();
await bus.close();
await storage.close();
console.log(JSON.stringify({
  agent: agent?.status,
  same: core.createOrchestrator === createOrchestrator,
  metric: metricTable.spawn_ms.unit,
  suites: [typeof busConformance, typeof storageConformance],
  read: typeof readResult,
  schemas: [scenarioSchema, recordSchema, indexSchema].map(({ title }) => title),
}));
`;

function libraryWorks(): void {
  writeFileSync(join(app, 'use.mjs'), use);
  const { status, stdout, stderr } = run(process.execPath, ['use.mjs'], app);
  assert.is(status, 0, stderr);
  const { schemas, suites, ...rest } = JSON.parse(stdout);
  assert.equal(rest, { agent: 'running', same: true, metric: 'ms', read: 'function' });
  assert.not(suites.includes('undefined'));
  assert.equal(schemas, ['a Testbed scenario', 'Testbed run record', 'Testbed results index']);
}

const typed = `
import type { Agent, Bus, Orchestrator, Storage } from 'testbed';
import { createOrchestrator, createRandom, systemClock } from 'testbed/core';
import { type BusAdapter, memoryBus, type StorageAdapter } from 'testbed/adapters';
import { busConformance } from 'testbed/conformance';
import { readResult, type RunRecord } from 'testbed/reports';

export const adapter: BusAdapter = memoryBus;
export const other: StorageAdapter | null = null;
export const suite: object = busConformance;
export const make = (bus: Bus, storage: Storage): Promise<Orchestrator> =>
  createOrchestrator({ bus, storage, clock: systemClock, random: createRandom(1) });
export const status = (agent: Agent): string => agent.status;
export const records = async (): Promise<readonly (RunRecord | null)[]> => (await readResult('x')).records;
// @ts-expect-error the types are real: an agent has no such field
export const wrong = (agent: Agent): unknown => agent.nonsense;
`;

function typesCheck(): void {
  writeFileSync(join(app, 'typed.ts'), typed);
  const compilerOptions = {
    target: 'esnext',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const config = { compilerOptions, files: ['typed.ts'] };
  writeFileSync(join(app, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify(config));
  const { status, stdout } = run(join(root, 'node_modules/.bin/tsc'), ['--project', '.'], app);
  assert.is(status, 0, stdout);
}

function onlyWhatIsNeeded(): void {
  const folder = join(app, 'node_modules/testbed');
  assert.equal(globSync('{test,core,adapters,dist/test,.ci}', { cwd: folder }), []);
  assert.equal(globSync('**/*.test.*', { cwd: folder }), []);
  for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md', 'docs/decisions.md']) {
    assert.equal(globSync(file, { cwd: folder }), [file]);
  }
}

test.run();
