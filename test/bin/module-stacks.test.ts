/** Stacks of somebody's modules, played by the command line as a user starts it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inspectStacks } from '../../bin/modules/inspected.ts';
import { loadStack } from '../../bin/modules/load-stack.ts';
import { loadScenario } from '../../config/load-scenario.ts';
import { resolveStack } from '../../config/stacks.ts';
import { isTestbedError } from '../../core/error.ts';
import type { CheckResult, RunRecord } from '../../reports/record.ts';
import type { Stack } from '../../scenarios/scenario.ts';
import { inTurn, readIndex, readRecords, resultIn, scratch, testbed, writeScenario } from './command-line.ts';

const folder = scratch();
test.after(folder.remove);
const doubles = resolve(import.meta.dirname, '../doubles');

function put(path: string, text: string): string {
  const file = join(folder.path, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return `./${path}`;
}

const traits = `{ durability: ['none'], crossProcess: false, maxPayloadBytes: 1e6, order: 'key', replay: 'none', redelivers: false, groups: false }`;
const bus = (open: string, more = ''): string =>
  `export const bus = { name: 'mine', traits: ${traits}, ${more} ${open} };`;

type Broken = readonly (readonly [name: string, source: string, says: RegExp])[];

/** What is seen of a module when it is imported. */
const atFirstSight: Broken = [
  ['throws', "throw new Error('no such luck')", /importing it failed: no such luck$/],
  ['syntax', 'export const bus = {', /importing it failed: /],
  [
    'missing',
    "\nimport { nix } from './missing.mjs'; export const bus = nix",
    / named 'nix' \(\/.*missing\.mjs:2\)$/,
  ],
  ['nothing', 'export const answer = 42', /exports none of bus, storage and system \(it exports: answer\)$/],
  [
    'openless',
    `export const bus = { name: 'mine', traits: ${traits} }`,
    /export "bus" is no adapter: open has to be a function$/,
  ],
  [
    'traitless',
    "export const bus = { name: 'mine', traits: {}, open() {} }",
    /traits\.durability has to be a list/,
  ],
  [
    'unordered',
    bus('open() {}').replace("order: 'key', ", ''),
    /export "bus" is a storage: a bus has traits\.order$/,
  ],
  [
    'several',
    `${bus('open() {}').replace('const bus', 'const one')} export const two = one;`,
    /exports several of the kind bus: one, two/,
  ],
  ['systemless', 'export const system = 1', /export "system" has to be a function/],
];

/** What a module does to its process, or is seen only when it is opened. */
const inItsProcess: Broken = [
  ['exits', 'process.exit(0)', /ended its process \(exit code 0\)/],
  ['never', 'await new Promise(() => {}); export const bus = 1', /importing it never comes to an end/],
  [
    'later',
    "setTimeout(() => { throw new Error('late') }, 1); await new Promise((done) => setTimeout(done, 500))",
    /nobody caught: late$/,
  ],
  [
    'portless',
    bus('async open() { return { port: { publish() {} }, facts: {}, close() {} } }'),
    /without port\.subscribe\(\)$/,
  ],
  ['factless', bus('async open() { return { port: {}, close() {} } }'), /without facts/],
  ['unopened', bus('open() { return new Promise(() => {}) }'), /open\(\) of its bus never comes to an end/],
  [
    'storeless',
    "export const storage = { name: 's', traits: { durability: ['none'], crossProcess: false, maxPayloadBytes: 9 }, async open() { return { port: { agents: {} }, facts: {}, async close() {} } } }",
    /without port\.agents\.insert\(\), /,
  ],
  [
    'half',
    'export const system = async () => ({ spawn() {}, close() {} })',
    /system\(\) gave something without pause\(\), .*messages\.subscribe\(\)$/,
  ],
  [
    'stateless',
    `export const systemTraits = { storage: { durability: ['none'], crossProcess: false, maxPayloadBytes: 9 } };
    const both = { publish() {}, subscribe() {} };
    export const system = async () => ({ events: both, messages: both, spawn() {}, pause() {}, resume() {}, complete() {}, fail() {}, kill() {}, close() {} })`,
    /without agents\.find\(\), agents\.count\(\)$/,
  ],
];

/** One line, which begins with the file. */
async function complaintOf(
  name: string,
  source: string,
  look: (stack: Stack) => Promise<unknown>,
): Promise<string> {
  const stack = resolveStack(put(`broken/${name}.mjs`, source), undefined, folder.path);
  try {
    await look(stack);
  } catch (error) {
    if (!isTestbedError(error, 'INVALID_CONFIG')) throw error;
    assert.ok(error.message.startsWith(join(folder.path, `broken/${name}.mjs: `)), error.message);
    assert.is(error.message.split('\n').length, 1, error.message);
    return error.message;
  }
  return assert.unreachable(name) as never;
}

test('what a module lacks is said in one line that names it', async () => {
  for (const [name, source, says] of atFirstSight)
    assert.match(await complaintOf(name, source, loadStack), says);
});

test('what a module does to its process, or gives when opened, is said in one line that names it', async () => {
  const scenario = loadScenario('smoke', { profile: 'full', env: {} });
  const look = (stack: Stack) => inspectStacks([{ scenario, stacks: [stack] }]);
  await inTurn(inItsProcess, 3, async ([name, source, says]) => {
    assert.match(await complaintOf(name, source, look), says);
  });
});

test('where everything depends on such modules: exit 3, and nothing is started', async () => {
  const ended = await inTurn(
    [atFirstSight[0], inItsProcess[0]] as Broken,
    2,
    async ([name, source, says]) => {
      const stack = put(`broken/${name}.mjs`, source);
      const { code, stderr, stdout } = await testbed(['run', '--scenario', 'smoke', '--stacks', stack], {
        cwd: folder.path,
      });
      return { name, says, code, stderr: stderr.trim(), stdout };
    },
  );
  for (const { name, says, code, stderr, stdout } of ended) {
    assert.is(code, 3, `${name}: ${stderr}`);
    assert.match(stderr, says);
    assert.ok(stderr.startsWith(`testbed run: ./broken/${name}.mjs: `), stderr);
    assert.is(stderr.split('\n').length, 1, stderr);
    assert.is(stdout, '');
  }
});

const mine = `
import { type BusAdapter, memoryBus, memoryStorage, type StorageAdapter } from 'testbed/adapters';
export const bus: BusAdapter = { ...memoryBus, name: 'mine', options: { depth: { default: 1, min: 1, max: 9, meaning: 'none' } }, open: (place) => memoryBus.open({ ...place, options: {} }) };
`;

test('in a comparison a broken module costs its own cells, the other stacks are measured, and nothing tells the machine', async () => {
  put('good/my-bus.ts', `console.log('hello from the module');\n${mine}`);
  put('good/broken.mjs', "throw new Error('no such luck')");
  const scenario = writeScenario(join(folder.path, 'good'), 'mixed', {
    stacks: ['memory', './my-bus.ts+sqlite', './broken.mjs'],
  });
  const output = join(folder.path, 'mixed');
  const { code, stdout, stderr } = await testbed([
    'compare',
    scenario,
    '--iterations',
    '1',
    '--output',
    output,
    '--format',
    'json',
  ]);
  assert.is(code, 4, stderr);
  assert.match(stderr, /^testbed: my-bus\.ts\+sqlite: its modules print, .*: hello from the module$/m);
  JSON.parse(stdout);
  const index = readIndex(resultIn(output));
  assert.equal(
    index.cells.map(({ stack, record }) => [stack, record !== null]),
    [
      ['memory', true],
      ['my-bus.ts+sqlite', true],
      ['broken.mjs', false],
    ],
  );
  const { verdict, reason } = index.cells[2] as { verdict: string; reason?: string };
  assert.is(verdict, 'INCONCLUSIVE');
  assert.match(reason ?? '', /^could not run: .*broken\.mjs: importing it failed: no such luck$/);
  const record = readRecords(resultIn(output))[1] as RunRecord;
  const [module, ...more] = record.environment['modules'] as readonly Record<string, unknown>[];
  assert.equal(more, []);
  assert.equal({ ...module, hash: '' }, { name: 'my-bus.ts', brings: ['bus'], version: null, hash: '' });
  assert.match(module?.['hash'] as string, /^[0-9a-f]{16}$/);
  assert.not.match(JSON.stringify(record), new RegExp(folder.path));
});

test('options of its adapters are held against its own table', async () => {
  put('options/my-bus.ts', mine);
  const head =
    'name: tuned\nworkload: { phases: [{ name: steady, for: 300ms }] }\nstacks: [./my-bus.ts, memory]\n';
  const file = join(folder.path, 'options/tuned.yaml');
  const complaintAbout = async (options: string): Promise<string> => {
    writeFileSync(file, `${head}options: { bus: ${options} }\n`);
    const { code, stdout, stderr } = await testbed(['validate', file]);
    assert.is(code, stderr === '' ? 0 : 3);
    return stdout + stderr;
  };
  assert.match(await complaintAbout('{ mine: { depth: 3 } }'), /ok \(tuned\)/);
  assert.match(
    await complaintAbout('{ mine: { depth: 30 } }'),
    /options\.bus\.mine\.depth: mine bus: option "depth" is 30/,
  );
  assert.match(
    await complaintAbout('{ yours: { depth: 3 } }'),
    /options\.bus\.yours: holds options, and no bus is called so \(allowed: .*mine\)/,
  );
});

test('what a module throws when it is opened is told as its own', async () => {
  const source = bus("open() { throw new TypeError('cannot today') }");
  const stack = resolveStack(put('broken/thrower.mjs', source), undefined, folder.path);
  const loaded = await loadStack(stack);
  const place = { directory: folder.path, namespace: 'x', durability: 'none', options: {} };
  try {
    await loaded.bus.open(place);
    assert.unreachable();
  } catch (error) {
    assert.ok(isTestbedError(error, 'UNAVAILABLE'), String(error));
    assert.match(error.message, /broken\/thrower\.mjs: open\(\) of bus "mine" failed: cannot today$/);
  }
});

/** Of a module whose bus lies, and of its honest twin, how a check judged. */
async function judged(
  name: string,
  source: string,
  check: string,
): Promise<CheckResult['verdict'] | undefined> {
  put(`liars/${name}.ts`, source);
  const scenario = writeScenario(join(folder.path, 'liars'), name, {
    stacks: [`./${name}.ts`],
    workload: { events: '1000/s' },
    checks: [check],
  });
  const output = join(folder.path, `liars-${name}`);
  await testbed(['run', scenario, '--output', output]);
  const [record] = readRecords(resultIn(output));
  return record?.checks.find((one) => one.check === check)?.verdict;
}

const lying = (double: string, apply: string): string => `
import { memoryBus } from 'testbed/adapters';
import { systemClock } from 'testbed/core';
import * as double from '${doubles}/${double}.ts';
export const bus = { ...memoryBus, name: 'liar', async open(place) {
  const connection = await memoryBus.open(place);
  return { ...connection, port: ${apply} };
} };`;

test('a module that lies in its traits, or in its acknowledgements, is caught by a check', async () => {
  const rows = [
    [
      'overtaken',
      lying('reorders-within-key', 'double.reordersWithinKey(connection.port, systemClock, 5)'),
      'order-per-key',
      'FAIL',
    ],
    ['dropped', lying('drops-one-in', 'double.dropsOneIn(connection.port, 50)'), 'no-lost-acked', 'FAIL'],
  ] as const;
  const verdicts = await inTurn(rows, 2, ([name, source, check]) => judged(name, source, check));
  assert.equal(
    verdicts,
    rows.map(([, , , verdict]) => verdict),
  );
});

const ownCore = `
import { EventEmitter } from 'node:events';
import { memoryBus, memoryStorage } from 'testbed/adapters';
import type { CreateSystem, SystemTraits } from 'testbed/system';
import type { Agent, AgentEvent, Message } from 'testbed/core';

export const systemTraits: SystemTraits = { bus: memoryBus.traits, storage: memoryStorage.traits };

export const system: CreateSystem = async ({ clock }) => {
  const agents = new Map<string, Agent>();
  const events = new EventEmitter();
  const messages = new EventEmitter();
  let started = 0;
  const change = (status: Agent['status']) => async (id: string) => {
    const agent = agents.get(id) as Agent;
    agents.set(id, { ...agent, status, version: agent.version + 1 });
  };
  const having = (filter: Partial<Agent>) => [...agents.values()].filter((agent) =>
    Object.entries(filter).every(([key, value]) => agent[key as keyof Agent] === value));
  return {
    async spawn(requests) {
      for (const request of requests) {
        agents.set(request.id, { ...request, status: 'running', version: 1, owner: 'me', attempt: 0, createdAt: 0, updatedAt: 0, session: null, result: null, error: null });
        const times = { at: clock.now(), sentAt: clock.now() };
        events.emit('event', { type: 'agent_start', key: request.id, swarmId: request.swarmId ?? '', producer: 0, sequence: ++started, ...times, data: null });
      }
      return requests;
    },
    pause: change('paused'),
    resume: change('running'),
    complete: change('completed'),
    fail: change('failed'),
    kill: change('killed'),
    events: {
      async publish(published) { for (const event of published) events.emit('event', event); },
      async subscribe({ types }, handler) {
        const listener = (event: AgentEvent) => { if (types === undefined || types.includes(event.type)) void handler([event]); };
        events.on('event', listener);
        return { async close() { events.off('event', listener); } };
      },
    },
    messages: {
      async publish(published: readonly Message[]) { for (const message of published) messages.emit(message.key, message); },
      async subscribe(pattern, handler) {
        const listener = (message: Message) => handler([message]);
        messages.on(pattern, listener);
        return { async close() { messages.off(pattern, listener); } };
      },
    },
    agents: {
      async find(filter) { return { items: having(filter) }; },
      async count(filter) { return having(filter).length; },
    },
    async close() {},
  };
};
`;

test('a foreign core with a bus and a storage of its own is driven, and judged by the state that it says it has', async () => {
  put('core/own-core.ts', ownCore);
  const checks = [
    'no-lost-acked',
    'no-phantom',
    'order-per-key',
    'legal-transitions',
    'no-stranded',
    'unique-spawn',
    'indexes-agree',
  ];
  const scenario = writeScenario(join(folder.path, 'core'), 'driven', {
    stacks: ['./own-core.ts'],
    workload: {
      transitions: '20/s',
      messages: '20/s',
      lifetime: { mean: '100ms', complete: 1, fail: 0, kill: 0 },
    },
    checks,
  });
  const output = join(folder.path, 'driven');
  const { stderr } = await testbed(['run', scenario, '--output', output]);
  const [record] = readRecords(resultIn(output));
  assert.ok(record !== undefined, stderr);
  const verdicts = record.checks.map(({ check, verdict, detail }) => [check, verdict, detail]);
  for (const [check, verdict, detail] of verdicts) {
    assert.is(verdict, check === 'legal-transitions' ? 'UNSUPPORTED' : 'PASS', `${check}: ${detail}`);
  }
  assert.ok((record.metrics['agents_completed'] as { value: number }).value > 0);
});

test('what a system has of its own is not asked for by another name', async () => {
  put('core/own-core.ts', ownCore);
  const at = { cwd: join(folder.path, 'core') };
  const { code, stderr } = await testbed(
    ['run', '--scenario', 'smoke', '--stacks', './own-core.ts+sqlite'],
    at,
  );
  assert.is(code, 3);
  assert.match(
    stderr,
    /own-core\.ts\+sqlite: own-core\.ts has a storage of its own, .*: sqlite would not be used$/m,
  );
});

test.run();
