/** Fields that list values: a scenario for every combination, each as if it had been written so. */
import { basename } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type LoadOptions, loadScenario } from '../../config/load-scenario.ts';
import { readSchema } from '../../config/schema.ts';
import { plainLists } from '../../config/variants.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { fileOf, loadAll, loadText } from './broken.ts';

const textOf = (workload: string, rest = ''): string =>
  `name: listed\nworkload:\n${workload
    .split('\n')
    .map((line) => `  ${line}\n`)
    .join('')}  phases: [{ name: steady, for: 10s }]\n${rest}`;

function parametersOf(text: string, options: Partial<LoadOptions> = {}): readonly unknown[] {
  return loadAll(text, options).map(({ parameters }) => parameters);
}

/** What of a scenario does not say where it came from. */
function plain({ parameters, source, ...rest }: Scenario): unknown {
  return rest;
}

test('a file that lists nothing is one scenario without parameters', () => {
  const [one, ...more] = loadAll(textOf('agents: 5'));
  assert.is(more.length, 0);
  assert.is(Object.hasOwn(one as Scenario, 'parameters'), false);
});

test('several lists multiply, the first varies slowest, and each value is in its place', () => {
  const scenarios = loadAll(textOf('agents: [1, 2]\nevents: [10/s per agent, 100/s]'));
  assert.equal(
    scenarios.map(({ parameters, workload }) => [parameters, workload.agents, workload.eventsPerS]),
    [
      [{ agents: 1, events: '10/s per agent' }, 1, 10],
      [{ agents: 1, events: '100/s' }, 1, 100],
      [{ agents: 2, events: '10/s per agent' }, 2, 20],
      [{ agents: 2, events: '100/s' }, 2, 100],
    ],
  );
  assert.ok(scenarios.every(({ name }) => name === 'listed'));
});

/** Every kind of field there is, with the name its parameter has. */
const fields: readonly (readonly [name: string, written: (value: string) => string, values: string[]])[] = [
  ['agents', (value) => textOf(`agents: ${value}`), ['3', '4']],
  ['lifetime.mean', (value) => textOf(`lifetime: { mean: ${value} }`), ['1s', '250ms']],
  ['swarms.size', (value) => textOf(`swarms: { size: ${value} }`), ['3', '1..5']],
  ['branching', (value) => textOf(`swarms: { size: 2 }\nbranching: ${value}`), ['true', 'false']],
  ['spawnOver', (value) => textOf(`spawnOver: ${value}`), ['0s', '1s']],
  ['subscribers', (value) => textOf(`subscribers: ${value}`), ['1', '10']],
  ['subscribers.count', (value) => textOf(`subscribers: { count: ${value} }`), ['1', '10']],
  ['subscribers.handling', (value) => textOf(`subscribers: { count: 1, handling: ${value} }`), ['0s', '2ms']],
  ['writers', (value) => textOf(`writers: ${value}`), ['1', '10']],
  ['mailbox', (value) => textOf(`mailbox: ${value}`), ['commands', 'full']],
  ['payload.size', (value) => textOf(`payload: { size: ${value} }`), ['1KiB', '64B']],
  ['payload.compressible', (value) => textOf(`payload: { compressible: ${value} }`), ['0', '0.5']],
  ['arrivals', (value) => textOf(`arrivals: ${value}`), ['poisson', 'constant']],
  ['inFlight', (value) => textOf(`inFlight: ${value}`), ['1000', '2000']],
  ['chain.depth', (value) => textOf(`chain: { depth: ${value} }`), ['10', '20']],
  ['eventBus.delivery', (value) => textOf(`eventBus: { delivery: ${value} }`), ['async', 'sync']],
  ['eventBus.logLimit', (value) => textOf(`eventBus: { logLimit: ${value} }`), ['0', 'unbounded']],
  ['messageBus.whenFull', (value) => textOf(`messageBus: { whenFull: ${value} }`), ['block', 'drop-oldest']],
  ['orchestrator.lock', (value) => textOf(`orchestrator: { lock: ${value} }`), ['none', 'global']],
  ['orchestrator.retry.base', (value) => textOf(`orchestrator: { retry: { base: ${value} } }`), ['1s', '2s']],
  [
    'orchestrator.retention.endedFor',
    (value) => textOf(`orchestrator: { retention: { endedFor: ${value} } }`),
    ['1s', 'forever'],
  ],
  [
    'options.bus.pollMs',
    (value) => textOf('agents: 1', `options: { bus: { pollMs: ${value} } }\n`),
    ['5', '50'],
  ],
  [
    'options.storage.sqlite.busyTimeoutMs',
    (value) => textOf('agents: 1', `options: { storage: { sqlite: { busyTimeoutMs: ${value} } } }\n`),
    ['5', '50'],
  ],
];

for (const [name, written, values] of fields) {
  test(`${name} as a list is the same as each of its values alone`, () => {
    const listed = loadAll(written(`[${values.join(', ')}]`));
    assert.equal(
      listed.map(plain),
      values.map((value) => plain(loadText(written(value)))),
    );
    assert.equal(
      listed.map(({ parameters = {} }) =>
        Object.entries(parameters).map(([key, value]) => [key, `${value}`]),
      ),
      values.map((value) => [[name, value]]),
    );
  });
}

test('a list of one is a parameter too; lists that are lists are none', () => {
  assert.equal(parametersOf(textOf('agents: [7]')), [{ agents: 7 }]);
  const strategies = textOf('swarms: { size: 2, strategies: [parallel, tree] }');
  assert.equal(parametersOf(strategies), [undefined]);
});

test('extends and profiles replace a list by a value and a value by a list', () => {
  const base = fileOf(textOf('agents: [1, 2]\nsubscribers: 3'));
  const over = (workload: string, rest = ''): string =>
    `name: over\nextends: ./${basename(base)}\nworkload: ${workload}\n${rest}`;
  assert.equal(parametersOf(over('{ agents: 5 }')), [undefined]);
  assert.equal(parametersOf(over('{ agents: 5, subscribers: [1, 2] }')), [
    { subscribers: 1 },
    { subscribers: 2 },
  ]);
  const quick = over('{}', 'profiles: { quick: { agents: [1] } }\n');
  assert.is(parametersOf(quick).length, 2);
  assert.equal(parametersOf(quick, { profile: 'quick' }), [{ agents: 1 }]);
});

test('the flag takes the place of what is written: one value is none of the parameters, several are', () => {
  const text = textOf('agents: [1, 2]\nevents: 10/s per agent');
  assert.equal(parametersOf(text, { agents: 5 }), [undefined]);
  assert.equal(parametersOf(text, { agents: [5] }), [undefined]);
  assert.equal(parametersOf(text, { agents: [5, 6] }), [{ agents: 5 }, { agents: 6 }]);
  assert.equal(
    loadAll(text, { agents: [5, 6] }).map(({ workload }) => workload.eventsPerS),
    [50, 60],
  );
  assert.throws(() => loadAll(text, { agents: [5, -6] }), /^--agents -6: not a whole number/);
  assert.throws(() => loadAll(text, { agents: [5, 5] }), /workload\.agents: items 0 and 1 are the same/);
  assert.is(loadScenario('baseline', { profile: 'full', env: {}, agents: [3] }).workload.agents, 3);
});

test('who wants one scenario is not given the first of several', () => {
  assert.throws(
    () => loadText(textOf('agents: [1, 2]')),
    (error: unknown) =>
      isTestbedError(error, 'INVALID_CONFIG') &&
      error.message.endsWith('2 combinations of values, where one is wanted (agents)'),
  );
});

test('as many as there may be load in reasonable time', () => {
  const numbers = (count: number): string =>
    Array.from({ length: count }, (_, index) => index + 1).join(', ');
  assert.is(loadAll(textOf(`agents: [${numbers(100)}]\nsubscribers: [${numbers(10)}]`)).length, 1000);
});

interface Part {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly if?: unknown;
  readonly then?: Part;
  readonly else?: Part;
  readonly items?: Part;
  readonly properties?: { readonly [name: string]: Part };
  readonly definitions?: { readonly [name: string]: Part };
  readonly [keyword: string]: unknown;
}

const schema = readSchema() as unknown as Part;

/** What of a field holds for a single value, without what is said of lists and without words. */
function single(field: Part): unknown {
  const { items, minItems, maxItems, uniqueItems, title, description, default: usual, type, ...rest } = field;
  const { additionalProperties, properties, required, ...own } = rest;
  const types = [type].flat().filter((one) => one !== 'array' && one !== 'object');
  return { ...own, types };
}

test('every single value of the workload may be a list of such values, but for those of phases', () => {
  const visit = (field: Part, path: string): void => {
    const types = [field.type].flat();
    const whole = field.$ref === undefined ? field : schema.definitions?.[field.$ref.replace(/^.*\//, '')];
    if (types.includes('object'))
      for (const [name, inner] of Object.entries(field.properties ?? {})) visit(inner, `${path}${name}.`);
    if (types.includes('object') && !types.includes('integer')) return;
    const name = path.slice(0, -1);
    if (plainLists.includes(name)) {
      assert.equal(types, ['array'], name);
      return;
    }
    if (whole?.if !== undefined) {
      assert.equal(whole.then?.items, whole.else, name);
      return;
    }
    assert.ok([whole?.type].flat().includes('array'), `${name} takes no list`);
    const item =
      whole?.items?.$ref === undefined
        ? whole?.items
        : schema.definitions?.[whole.items.$ref.replace(/^.*\//, '')];
    const { examples, ...of } = item as Part;
    assert.equal(single(of), single(whole as Part), name);
  };
  visit(schema.definitions?.['workload'] as Part, '');
});

test.run();
