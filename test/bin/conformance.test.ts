/** What somebody's module does to its process, it does not do to the command: never 0 without the suites. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isRunning } from '../../adapters/servers/process-table.ts';
import { until } from './command-line.ts';

const launcher = resolve(import.meta.dirname, '../../bin/testbed.js');
const adapter = (open: string): string =>
  `export const mine = { name: 'mine', traits: { durability: ['none'], crossProcess: false, maxPayloadBytes: 1e6 }, open() { ${open} } };`;

const modules: readonly (readonly [what: string, source: string, exitCode: number, says: RegExp])[] = [
  ['ends the process when imported', 'process.exit(0)', 1, /ended its process \(exit code 0\)/],
  ['ends the process when opened', adapter('process.exit(0)'), 1, /ended its process/],
  [
    'throws where nobody catches',
    adapter("setTimeout(() => { throw new Error('late') }, 1); return new Promise(() => {})"),
    1,
    /nobody caught.*late/,
  ],
  ['throws when imported', "throw new Error('no')", 3, /importing it failed: no/],
  ['exports no adapter', 'export const answer = 42', 3, /exports no adapter.*answer/],
  [
    'throws when looked at',
    "export const mine = { name: 'mine', open() {}, get traits() { throw new Error('hands off') } }",
    3,
    /module\.mjs: looking at what it exports failed: hands off/,
  ],
  [
    'exports something that can be asked nothing',
    "export const mine = new Proxy({}, { has() { throw new TypeError('no such question') } })",
    3,
    /looking at what it exports failed: no such question/,
  ],
  ['throws what has no words', 'throw Object.create(null)', 3, /importing it failed: something was thrown/],
  ['lacks a trait', "export const mine = { name: 'mine', traits: {}, open() {} }", 3, /traits\.durability/],
];

for (const [what, source, exitCode, says] of modules) {
  test(`a module that ${what}: exit ${exitCode}, one line, nothing left behind`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'conformance-test-'));
    try {
      const file = join(folder, 'module.mjs');
      writeFileSync(file, source);
      const env = { ...process.env, TMPDIR: folder };
      const { status, stderr } = spawnSync(process.execPath, [launcher, 'conformance', file], {
        env,
        encoding: 'utf8',
      });
      assert.is(status, exitCode, stderr);
      assert.match(stderr, says);
      assert.is(stderr.trim().split('\n').length, 1, stderr);
      assert.equal(
        readdirSync(folder).filter((name) => name.includes('conformance')),
        [],
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

test('killed while an adapter keeps the event loop: its process and its folder go too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-test-'));
  try {
    const [file, said] = [join(folder, 'module.mjs'), join(folder, 'pid')];
    const block = `
      writeFileSync(${JSON.stringify(`${said}.part`)}, String(process.pid));
      renameSync(${JSON.stringify(`${said}.part`)}, ${JSON.stringify(said)});
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;
    writeFileSync(file, `import { renameSync, writeFileSync } from 'node:fs';\n${adapter(block)}`);
    const command = spawn(process.execPath, [launcher, 'conformance', file], {
      env: { ...process.env, TMPDIR: folder },
      stdio: 'ignore',
    });
    await until('the adapter is opened', () => existsSync(said));
    command.kill('SIGKILL');
    const pid = Number(readFileSync(said, 'utf8'));
    await until('the process is gone', () => !isRunning(pid));
    await until('its folder is gone', () => !readdirSync(folder).some((name) => name.startsWith('testbed')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('one of ours passes, and says how many', () => {
  const words = [launcher, 'conformance', 'memory', '--only', 'pages'];
  const { status, stdout } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  assert.is(status, 0, stdout);
  assert.match(stdout, /^\d+ passed, 0 failed, \d+ not claimed$/m);
});

test.run();
