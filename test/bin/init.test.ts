/** `testbed init adapter` writes something that works as it is, and overwrites nothing. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readRecords, resultIn, scratch, testbed, writeScenario } from './command-line.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = scratch();
test.after(folder.remove);
const at = { cwd: folder.path };

const begun = await testbed(['init', 'adapter', 'my-bus'], at);

test('it says what to do next, and fills in name and version', () => {
  assert.is(begun.code, 0, begun.stderr);
  assert.match(begun.stdout, /testbed conformance \.\/my-bus\/index\.ts/);
  const files = ['README.md', 'bus.ts', 'storage.ts', 'index.ts', 'package.json'];
  const texts = files.map((file) => readFileSync(join(folder.path, 'my-bus', file), 'utf8'));
  assert.equal(
    texts.filter((text) => /__[A-Z]+__/.test(text)),
    [],
  );
  assert.is(JSON.parse(texts[4] as string).name, 'my-bus');
});

test('it passes conformance at once, with nothing installed beside it', async () => {
  const { code, stdout, stderr } = await testbed(['conformance', './my-bus'], at);
  assert.is(code, 0, stdout + stderr);
  assert.match(stdout, /^(\d\d+) passed, 0 failed, \d+ not claimed$/m);
});

test('it is a stack at once, and may be one half of another', async () => {
  const scenario = writeScenario(folder.path, 'begun', {
    stacks: ['./my-bus', 'memory+./my-bus'],
    workload: { messages: '20/s', transitions: '20/s' },
    checks: ['no-lost-acked', 'order-per-key', 'legal-transitions', 'indexes-agree'],
  });
  const output = join(folder.path, 'out');
  const { stderr } = await testbed(['run', scenario, '--output', output], at);
  const records = readRecords(resultIn(output));
  assert.equal(
    records.map(({ stack }) => stack),
    ['my-bus', 'memory+my-bus'],
    stderr,
  );
  for (const { checks } of records) {
    assert.equal(
      checks.filter(({ verdict }) => verdict !== 'PASS'),
      [],
    );
  }
});

test('its types check, and its own test passes, against the exported API alone', () => {
  mkdirSync(join(folder.path, 'node_modules/@types'), { recursive: true });
  symlinkSync(root, join(folder.path, 'node_modules/testbed'));
  symlinkSync(join(root, 'node_modules/@types/node'), join(folder.path, 'node_modules/@types/node'));
  const cwd = join(folder.path, 'my-bus');
  const tsc = join(root, 'node_modules/.bin/tsc');
  const types = spawnSync(tsc, ['--project', '.', '--customConditions', 'testbed-source'], {
    cwd,
    encoding: 'utf8',
  });
  assert.is(types.status, 0, types.stdout);
  const words = ['--conditions=testbed-source', '--test', 'conformance.test.ts'];
  const { status, stdout } = spawnSync(process.execPath, words, { cwd, encoding: 'utf8' });
  assert.is(status, 0, stdout);
  assert.match(stdout, /^. fail 0$/m);
});

const refused: readonly (readonly [words: readonly string[], code: number, says: RegExp])[] = [
  [['adapter', 'my-bus'], 3, /\.\/my-bus exists already; nothing was written$/],
  [['adapter', 'a-file'], 3, /\.\/a-file exists already/],
  [
    ['adapter', 'my-bus', '--output', 'a-file'],
    4,
    /nothing can be written there: .*a-file\/my-bus: not a directory$/,
  ],
  [['adapter', 'my-bus', '--output', '/proc/gone'], 4, /nothing can be written there: \/proc\/gone: /],
  [['adapter', 'gone/my-bus'], 3, /"gone\/my-bus" is no name for an adapter/],
  [['adapter', 'My Bus'], 3, /"My Bus" is no name for an adapter/],
  [['adapter', '..'], 3, /is no name for an adapter|exists already/],
  [['adapter', 'redis'], 3, /"redis" is one of ours/],
  [['adaptor', 'my-bus'], 3, /unknown kind "adaptor"; did you mean "adapter"\? \(allowed: adapter, ci\)$/],
  [['adapter'], 3, /it is: testbed init adapter NAME$/],
  [['ci', 'github'], 3, /it is: testbed init ci$/],
  [
    ['ci', '--output', 'has-one'],
    3,
    /\.\/has-one\/\.github\/workflows\/testbed\.yml exists already; nothing was written$/,
  ],
  [['ci', '--output', 'a-file'], 4, /nothing can be written there: .*a-file/],
];

test('what is there stays as it is; a bad place or name is one line', async () => {
  writeFileSync(join(folder.path, 'a-file'), 'mine');
  const own = join(folder.path, 'has-one/.github/workflows');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'testbed.yml'), 'mine');
  const before = readFileSync(join(folder.path, 'my-bus/bus.ts'), 'utf8');
  for (const [words, code, says] of refused) {
    const ended = await testbed(['init', ...words], at);
    assert.is(ended.code, code, `${words}: ${ended.stderr}`);
    assert.match(ended.stderr.trim(), says);
    assert.is(ended.stderr.trim().split('\n').length, 1, ended.stderr);
  }
  assert.is(readFileSync(join(folder.path, 'my-bus/bus.ts'), 'utf8'), before);
  assert.is(readFileSync(join(folder.path, 'a-file'), 'utf8'), 'mine');
  assert.not(existsSync(join(folder.path, 'gone')));
  assert.not(existsSync(join(folder.path, 'has-one/ci')), 'all of it or nothing');
});

test.run();
