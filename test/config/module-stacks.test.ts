/** Stacks of which parts are modules: how they are named, where they are found, and what is no module. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadScenario } from '../../config/load-scenario.ts';
import { resolveStack } from '../../config/stacks.ts';
import { isTestbedError } from '../../core/error.ts';

const folder = mkdtempSync(join(tmpdir(), 'testbed-stacks-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text = ''): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const bus = put('my-bus.ts');
const index = put('mine/index.mjs');
const plus = put('c++/core.ts');
put('packed/package.json', '{ "name": "@me/packed" }');
put('nameless/package.json', '{}');
put('broken/package.json', '{');
put('bare/readme.md');
put('other/my-bus.ts');
put('node_modules/@me/store/package.json', '{ "name": "@me/store" }');
put('node_modules/plain-bus/package.json', '{ "name": "plain-bus" }');
const at = (path: string): string => join(folder, path);

const resolved: readonly (readonly [name: string, stack: object])[] = [
  [
    './my-bus.ts',
    { name: 'my-bus.ts', bus: 'my-bus.ts', storage: 'my-bus.ts', modules: { 'my-bus.ts': bus } },
  ],
  ['my-bus.ts', { name: 'my-bus.ts', bus: 'my-bus.ts', storage: 'my-bus.ts', modules: { 'my-bus.ts': bus } }],
  [
    './my-bus.ts+sqlite',
    { name: 'my-bus.ts+sqlite', bus: 'my-bus.ts', storage: 'sqlite', modules: { 'my-bus.ts': bus } },
  ],
  [
    `memory+${index}`,
    {
      name: 'memory+mine/index.mjs',
      bus: 'memory',
      storage: 'mine/index.mjs',
      modules: { 'mine/index.mjs': index },
    },
  ],
  [
    './c++/core.ts+sqlite+./my-bus.ts',
    {
      name: 'core.ts+sqlite+my-bus.ts',
      system: 'core.ts',
      bus: 'sqlite',
      storage: 'my-bus.ts',
      modules: { 'core.ts': plus, 'my-bus.ts': bus },
    },
  ],
  [
    './packed',
    { name: '@me/packed', bus: '@me/packed', storage: '@me/packed', modules: { '@me/packed': at('packed') } },
  ],
  [
    './nameless+memory',
    { name: 'nameless+memory', bus: 'nameless', storage: 'memory', modules: { nameless: at('nameless') } },
  ],
  [
    'plain-bus+@me/store',
    {
      name: 'plain-bus+@me/store',
      bus: 'plain-bus',
      storage: '@me/store',
      modules: { 'plain-bus': at('node_modules/plain-bus'), '@me/store': at('node_modules/@me/store') },
    },
  ],
];

for (const [name, stack] of resolved) {
  test(`${name.replace(folder, '')} is a stack`, () =>
    assert.equal(resolveStack(name, undefined, folder), stack));
}

const refused: readonly (readonly [name: string, says: string])[] = [
  ['./my-bus', '"./my-bus": no such file; did you mean "./my-bus.ts"?'],
  ['./gone.ts+memory', '"./gone.ts": no such file'],
  ['./bare', 'a folder without package.json'],
  ['./broken', 'its package.json cannot be read'],
  ['./bare/readme.md', 'a module ends in .ts'],
  ['./my-bus.ts+./other/my-bus.ts', 'two modules are called my-bus.ts'],
  ['not-installed+memory', 'unknown stack "not-installed+memory"'],
  ['memory+sqlite+memory', 'unknown stack'],
  ['./my-bus.ts+memory+memory+memory', 'unknown stack'],
  ['+'.repeat(1000), 'unknown stack'],
];

for (const [name, says] of refused) {
  test(`${name.slice(0, 40)} is refused`, () => {
    assert.throws(
      () => resolveStack(name, undefined, folder),
      (error: unknown) => isTestbedError(error, 'INVALID_CONFIG') && error.message.includes(says),
    );
  });
}

test('a scenario names modules from its own folder, also where it extends another', () => {
  put(
    'base.yaml',
    'name: base\nworkload: { phases: [{ name: steady, for: 1s }] }\nstacks: [./my-bus.ts+memory, plain-bus]\n',
  );
  const file = put('deep/top.yaml', 'name: top\nextends: ../base.yaml\n');
  const { stacks } = loadScenario(file, { profile: 'full', env: {} });
  assert.equal(
    stacks.map((name) => resolveStack(name)),
    [resolveStack('./my-bus.ts+memory', undefined, folder), resolveStack('plain-bus', undefined, folder)],
  );
});

test('a module that a scenario names and that is not there is told with its place', () => {
  const file = put(
    'wrong.yaml',
    'name: wrong\nworkload: { phases: [{ name: steady, for: 1s }] }\nstacks: [memory, ./gone.ts]\n',
  );
  assert.throws(
    () => loadScenario(file, { profile: 'full', env: {} }),
    /wrong\.yaml:3:18: stacks\[1\]: "\.\/gone\.ts": no such file/,
  );
});

test.run();
