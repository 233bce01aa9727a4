import { basename } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadScenario, loadSuite } from '../../config/load-scenario.ts';
import { resolveStack } from '../../config/stacks.ts';
import { isTestbedError } from '../../core/error.ts';
import { fileOf, loadText } from './broken.ts';

const phases = 'phases: [{ name: steady, for: 10s }]';
const minimal = `name: small\nworkload:\n  ${phases}\n`;

function refuses(action: () => unknown, says: string): void {
  assert.throws(
    action,
    (error: unknown) => isTestbedError(error, 'INVALID_CONFIG') && error.message.includes(says),
  );
}

test('a scenario as the first issue shows it', () => {
  const scenario = loadText(`# yaml-language-server: $schema=../config/scenario.schema.json
name: stress
description: 100 agents, where the seed report saw the breaking point
workload:
  agents: 100
  lifetime: { mean: 10s, complete: 0.8, fail: 0.1, kill: 0.1 }
  swarms: { size: 1..5, strategies: [parallel, map-reduce, pipeline, tree] }
  branching: true                      # parents spawn children
  subscribers: 10                      # event subscriptions per run
  payload: { size: 1KiB, compressible: 0.5 }
  arrivals: poisson                    # or constant; open model; "closed" must be asked for
  events: 10/s per agent
  messages: 20/s per agent
  transitions: 10/s
  phases:
    - { name: warmup, for: 5s, warmup: true }
    - { name: steady, for: 30s }
    - { name: surge, for: 10s, rate: x2 }
stacks: [memory, sqlite, memory+sqlite]
thresholds:
  spawn_ms: { pass: "avg < 500ms", healthy: "avg < 200ms" }
  event_delivery_ms: { pass: "avg < 50ms", healthy: "avg < 20ms" }
checks: [no-lost-acked, no-phantom, order-per-key, legal-transitions, no-stranded, indexes-agree]
`);
  const { workload } = scenario;
  assert.is(workload.agents, 100);
  assert.equal(workload.lifetime, { meanMs: 10_000, complete: 0.8, fail: 0.1, kill: 0.1 });
  assert.equal(workload.swarms, {
    min: 1,
    max: 5,
    strategies: ['parallel', 'map-reduce', 'pipeline', 'tree'],
  });
  assert.equal(workload.subscribers, { count: 10, late: 0, handlingMs: 0 });
  assert.equal(workload.payload, { bytes: 1024, compressible: 0.5 });
  assert.equal([workload.eventsPerS, workload.messagesPerS, workload.transitionsPerS], [1000, 2000, 10]);
  assert.equal(workload.phases, [
    { name: 'warmup', forMs: 5000, warmup: true, rateFrom: 1, rateTo: 1 },
    { name: 'steady', forMs: 30_000, warmup: false, rateFrom: 1, rateTo: 1 },
    { name: 'surge', forMs: 10_000, warmup: false, rateFrom: 2, rateTo: 2 },
  ]);
  assert.equal(scenario.stacks, ['memory', 'sqlite', 'memory+sqlite']);
  assert.equal(
    scenario.thresholds.map(({ metric, pass, healthy }) => [metric, pass[0]?.limit, healthy[0]?.limit]),
    [
      ['spawn_ms', 500, 200],
      ['event_delivery_ms', 50, 20],
    ],
  );
});

test('defaults', () => {
  const { workload, ...scenario } = loadText(minimal);
  assert.equal(workload, {
    agents: 10,
    lifetime: null,
    swarms: null,
    branching: false,
    spawnOverMs: 0,
    subscribers: { count: 1, late: 0, handlingMs: 0 },
    payload: { bytes: 256, compressible: 0.5 },
    arrivals: 'poisson',
    eventsPerS: 0,
    messagesPerS: 0,
    transitionsPerS: 0,
    readsPerS: 0,
    looks: 'any',
    writers: 0,
    mailbox: 'commands',
    concurrency: 8,
    inFlight: 10_000,
    batch: 100,
    deadlineMs: 5000,
    drainMs: 5000,
    phases: [{ name: 'steady', forMs: 10_000, warmup: false, rateFrom: 1, rateTo: 1 }],
    chain: null,
    events: { delivery: 'async', queueLimit: 10_000, whenFull: 'block', logLimit: 10_000 },
    messages: { delivery: 'async', queueLimit: 10_000, whenFull: 'block', subscriptionLimit: null },
    orchestrator: {
      lock: 'none',
      retry: { attempts: 0, baseMs: 100, factor: 2, maxMs: 30_000, jitter: 0.2 },
      patience: { attempts: 5, baseMs: 10, factor: 2, maxMs: 500, jitter: 0.5 },
      deadlineMs: null,
      breaker: { failures: 0, openForMs: 500 },
      dualWrite: 'undo',
      retention: null,
      cacheSize: 10_000,
      batch: 1000,
      outboxLimit: 100_000,
      history: null,
      outbox: 'memory',
    },
  });
  assert.equal(scenario.options, { bus: {}, storage: {} });
  assert.equal([scenario.stacks, scenario.durability, scenario.thresholds], [['memory'], 'none', []]);
  assert.is(scenario.checks.includes('chain-complete'), false);
  assert.is(scenario.checks.length, 8);
});

test('every other field', () => {
  const { workload, durability, checks, stacks } = loadText(`name: other
workload:
  agents: 4
  lifetime: { mean: 1m }
  swarms: { size: 3 }
  spawnOver: 500ms
  subscribers: { count: 2, late: 3, handling: 5ms }
  writers: 4
  mailbox: full
  arrivals: closed
  concurrency: 3
  inFlight: 500
  batch: 50
  deadline: 250ms
  drain: 0s
  chain: { depth: 1000, count: 2 }
  eventBus: { delivery: sync, queueLimit: 5, whenFull: drop-oldest, logLimit: unbounded }
  phases: [{ name: ramp, for: 1s, rate: x1..x4 }]
durability: sqlite-normal
stacks: [sqlite+memory]
checks: [chain-complete]
`);
  assert.equal(workload.lifetime, { meanMs: 60_000, complete: 1, fail: 0, kill: 0 });
  assert.equal(workload.swarms, { min: 3, max: 3, strategies: ['parallel'] });
  assert.equal(workload.subscribers, { count: 2, late: 3, handlingMs: 5 });
  assert.equal([workload.writers, workload.mailbox], [4, 'full']);
  assert.equal(
    [workload.arrivals, workload.concurrency, workload.inFlight, workload.batch],
    ['closed', 3, 500, 50],
  );
  assert.equal([workload.spawnOverMs, workload.deadlineMs, workload.drainMs], [500, 250, 0]);
  assert.equal(workload.chain, { depth: 1000, count: 2 });
  assert.equal(workload.events, { delivery: 'sync', queueLimit: 5, whenFull: 'drop-oldest', logLimit: null });
  assert.equal([workload.phases[0]?.rateFrom, workload.phases[0]?.rateTo], [1, 4]);
  assert.equal([durability, checks, stacks], ['sqlite-normal', ['chain-complete'], ['sqlite+memory']]);
});

test('the orchestrator and the adapters are tuned', () => {
  const { workload, options } = loadText(`${minimal}
  eventBus: { delivery: sync, logLimit: unbounded }
  messageBus: { delivery: sync, queueLimit: 5, whenFull: drop-newest, subscriptionLimit: 1000 }
  orchestrator:
    lock: per-agent
    retry: { attempts: 3, base: 50ms, max: 1s, factor: 1.5, jitter: 0 }
    retention: { endedFor: 10s, endedKept: unbounded }
    cacheSize: 0
    batch: 1
    history: { keep: unbounded }
options: { bus: { pollMs: 5, memory: { windowMessages: 0 } }, storage: { sqlite: { busyTimeoutMs: 1 } } }
`);
  assert.equal(workload.messages, {
    delivery: 'sync',
    queueLimit: 5,
    whenFull: 'drop-newest',
    subscriptionLimit: 1000,
  });
  const { lock, retry, retention, cacheSize, batch, history } = workload.orchestrator ?? {};
  assert.equal([lock, cacheSize, batch, history], ['per-agent', 0, 1, { keep: null }]);
  assert.equal(retry, { attempts: 3, baseMs: 50, factor: 1.5, maxMs: 1000, jitter: 0 });
  assert.equal(retention, { endedForMs: 10_000, endedKept: null, everyMs: 60_000 });
  assert.equal(options, {
    bus: { pollMs: 5, memory: { windowMessages: 0 } },
    storage: { sqlite: { busyTimeoutMs: 1 } },
  });
  const forever = loadText(`${minimal}  orchestrator: { retention: { endedFor: forever } }\n`).workload;
  assert.equal(forever.orchestrator?.retention, { endedForMs: null, endedKept: 100_000, everyMs: 60_000 });
  const base = fileOf(`${minimal}  orchestrator: { retention: { endedFor: 1s } }\n`);
  const over = loadText(
    `name: over\nextends: ./${basename(base)}\nworkload: { orchestrator: { retention: null } }\n`,
  );
  assert.is(over.workload.orchestrator?.retention, null);
});

test('thresholds in every form', () => {
  const { thresholds } = loadText(`${minimal}thresholds:
  spawn_ms: { pass: "avg < 100ms", healthy: "avg < 50ms" }
  event_delivery_ms: ["avg < 10ms", "p(99) < 50ms"]
  events_per_s: "value > 50"
  event_delivery_ms{phase:steady}: "p(99) < 20ms"
  errors: { pass: "value <= 0", abort: "value > 100 over 5s" }
  availability_pct: { pass: ["value >= 95 %"], abort: ["value < 50 % over 5s"] }
`);
  assert.equal(
    thresholds.map(({ metric, phase, pass, healthy, abort }) => [
      metric,
      phase,
      ...[pass, healthy, abort].map((bounds) => bounds.map(({ text }) => text)),
    ]),
    [
      ['spawn_ms', null, ['avg < 100 ms'], ['avg < 50 ms'], []],
      ['event_delivery_ms', null, ['avg < 10 ms', 'p(99) < 50 ms'], [], []],
      ['events_per_s', null, ['value > 50'], [], []],
      ['event_delivery_ms', 'steady', ['p(99) < 20 ms'], [], []],
      ['errors', null, ['value <= 0'], [], ['value > 100 over 5 s']],
      ['availability_pct', null, ['value >= 95 %'], [], ['value < 50 % over 5 s']],
    ],
  );
});

test('numbers to show: a metric, or one number of it', () => {
  const { shown } = loadText(`${minimal}show: [errors, publish_ms, publish_ms p(99.9), "spawn_ms  count"]\n`);
  assert.equal(
    shown,
    [
      ['errors', 'value'],
      ['publish_ms', 'avg'],
      ['publish_ms', 'p(99.9)'],
      ['spawn_ms', 'count'],
    ].map(([metric, aggregator]) => ({ metric, phase: null, aggregator })),
  );
  assert.is(loadText(minimal).shown, undefined);
});

test('what a gate judges: numbers and margins, each as a flag has them', () => {
  const { gate } = loadText(
    `${minimal}gate: { primary: [publish_ms:p99, errors], margin: [20%, "errors=-50%"] }\n`,
  );
  assert.equal(
    gate?.primary.map(({ metric, aggregator }) => [metric, aggregator]),
    [
      ['publish_ms', 'p(99)'],
      ['errors', 'value'],
    ],
  );
  assert.equal(gate?.margin, [
    { metric: null, parts: { fail: 0.2, warn: 0.06 } },
    { metric: 'errors', parts: { fail: -0.5, warn: -0.5 } },
  ]);
  assert.is(loadText(minimal).gate, undefined);
});

test('extends merges mappings, replaces lists and values, and drops with null', () => {
  const base = fileOf(`name: base
description: of the base
workload:
  agents: 5
  lifetime: { mean: 10s, complete: 0.5, fail: 0.5 }
  swarms: { size: 2 }
  events: 1/s per agent
  ${phases}
stacks: [memory, sqlite]
thresholds: { spawn_ms: "avg < 1s", errors: "value <= 0" }
`);
  const middle = fileOf(
    `name: middle\nextends: ./${basename(base)}\nworkload: { agents: 7, swarms: null }\n`,
  );
  const top = loadText(`name: top
extends: ./${basename(middle)}
workload:
  lifetime: { mean: 2s }
stacks: [sqlite]
thresholds: { errors: null, publish_ms: "avg < 1s" }
`);
  assert.equal([top.name, top.description, top.workload.agents, top.workload.eventsPerS], ['top', '', 7, 7]);
  assert.equal(top.workload.lifetime, { meanMs: 2000, complete: 0.5, fail: 0.5, kill: 0 });
  assert.is(top.workload.swarms, null);
  assert.equal(top.stacks, ['sqlite']);
  assert.equal(
    top.thresholds.map(({ metric }) => metric),
    ['spawn_ms', 'publish_ms'],
  );
});

test('a shipped scenario can be extended by name', () => {
  assert.is(loadText('name: mine\nextends: stress\nworkload: { agents: 7 }\n').workload.eventsPerS, 70);
});

test('name is not inherited', () => {
  refuses(() => loadText('extends: stress\n'), ':1:1: name: is missing');
});

test('the environment fills in values, also numbers, and defaults stand in for what is unset or empty', () => {
  const text = (agents: string): string =>
    `name: small\ndescription: \${GREETING:-none} and $\${LITERAL}\nworkload:\n  agents: ${agents}\n  ${phases}\n`;
  const agents = (written: string, env: { [name: string]: string }): number =>
    loadText(text(written), { env }).workload.agents;
  const reference = (inside: string): string => `$${inside}`;
  assert.is(agents(reference('{N}'), { N: '42' }), 42);
  assert.is(agents(`"${reference('{N}')}"`, { N: '42' }), 42);
  assert.is(agents(reference('{N:-3}'), {}), 3);
  assert.is(agents(reference('{N:-3}'), { N: '' }), 3);
  assert.is(agents(`${reference('{N}')}0`, { N: '4' }), 40);
  assert.is(
    loadText(text('1'), { env: { GREETING: 'hello' } }).description,
    `hello and ${reference('{LITERAL}')}`,
  );
  assert.is(
    loadText(text('1'), { env: { GREETING: reference('{N}') } }).description,
    `${reference('{N}')} and ${reference('{LITERAL}')}`,
  );
  refuses(
    () => agents(reference('{N}'), {}),
    ':4:11: workload.agents: the environment variable N is not set',
  );
  refuses(() => agents(reference('{N}'), { N: '1e999' }), 'infinity');
  refuses(
    () => agents(reference('{N}'), { N: 'x: [' }),
    `"x: [" is not a whole number or a list of them; from ${reference('{N}')}`,
  );
  refuses(() => agents(reference('{N}'), { N: 'x'.repeat(20_000) }), 'has 20000 characters');
  refuses(() => agents(reference('{toString}'), {}), 'toString is not set');
});

test('quick shortens in proportion, never lengthens, and leaves full alone', () => {
  const text = `name: long
workload:
  spawnOver: 10s
  phases:
    - { name: warm, for: 4s, warmup: true }
    - { name: one, for: 30s }
    - { name: two, for: 10s, rate: x2 }
`;
  const quick = loadText(text, { profile: 'quick' }).workload;
  assert.equal(
    quick.phases.map(({ forMs }) => forMs),
    [1000, 3750, 1250],
  );
  assert.is(quick.spawnOverMs, 1250);
  assert.equal(
    loadText(text).workload.phases.map(({ forMs }) => forMs),
    [4000, 30_000, 10_000],
  );
  const short = 'name: short\nworkload:\n  phases: [{ name: one, for: 2s }]\n';
  assert.is(loadText(short, { profile: 'quick' }).workload.phases[0]?.forMs, 2000);
});

test('a profile of its own is merged over the workload', () => {
  const text = `${minimal.replace('small', 'own')}  lifetime: { mean: 10s, complete: 0.5, kill: 0.5 }
profiles:
  quick:
    lifetime: { mean: 1s }
    phases: [{ name: short, for: 1s }]
`;
  const quick = loadText(text, { profile: 'quick' }).workload;
  assert.equal(
    quick.phases.map(({ name }) => name),
    ['short'],
  );
  assert.equal(quick.lifetime, { meanMs: 1000, complete: 0.5, fail: 0, kill: 0.5 });
  assert.equal(loadText(text).workload.lifetime?.meanMs, 10_000);
});

test('a profile that is not asked for is checked as well', () => {
  const text = `${minimal}profiles: { quick: { phases: [{ name: a, for: 1s, warmup: true }] } }\n`;
  refuses(() => loadText(text, { profile: 'full' }), 'profiles.quick.phases: every phase is warm-up');
});

test('overrides take the place of what is written', () => {
  const scenario = loadScenario('baseline', {
    profile: 'full',
    env: {},
    agents: 3,
    stacks: ['memory+sqlite'],
    durability: 'power-loss',
  });
  assert.equal(
    [scenario.workload.agents, scenario.workload.eventsPerS, scenario.stacks, scenario.durability],
    [3, 30, ['memory+sqlite'], 'power-loss'],
  );
  assert.is(scenario.source, 'baseline');
  const load = (override: object) => (): unknown =>
    loadScenario('baseline', { profile: 'full', env: {}, ...override });
  refuses(load({ agents: -1 }), '--agents -1: not a whole number');
  refuses(load({ agents: Number.NaN }), '--agents NaN');
  refuses(load({ agents: 2_000_000 }), '--agents 2000000');
  refuses(load({ agents: 0 }), 'workload.transitions: needs at least one agent');
  refuses(load({ stacks: ['memroy'] }), 'unknown stack "memroy"; did you mean "memory"?');
  refuses(load({ durability: 'powerloss' }), '--durability "powerloss": unknown; did you mean "power-loss"?');
});

test('stacks', () => {
  assert.equal(resolveStack('sqlite'), { name: 'sqlite', bus: 'sqlite', storage: 'sqlite' });
  assert.equal(resolveStack('memory+sqlite'), { name: 'memory+sqlite', bus: 'memory', storage: 'sqlite' });
  const adapters = { buses: ['memory', 'redis'], storages: ['memory', 'postgres'] };
  assert.equal(resolveStack('redis+postgres', adapters), {
    name: 'redis+postgres',
    bus: 'redis',
    storage: 'postgres',
  });
  for (const name of [
    '',
    '+',
    'redis',
    'memory+',
    '+memory',
    'memory+memory+memory',
    'Memory',
    '__proto__',
  ]) {
    refuses(() => resolveStack(name, adapters), 'unknown stack');
  }
});

test('suites', () => {
  assert.equal(loadSuite('seed'), ['baseline', 'moderate', 'high', 'stress']);
  refuses(() => loadSuite('sead'), 'unknown suite "sead"; did you mean "seed"? (allowed: seed, analyses, ');
});

test.run();
