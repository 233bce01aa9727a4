/** What `testbed init ci` writes runs as it is: every shell step of the workflow, in a project with a history of its own. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { scratch, testbed, writeScenario } from '../bin/command-line.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = scratch();
test.after(folder.remove);
const cwd = folder.path;

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: { readonly [name: string]: string };
}

mkdirSync(join(cwd, 'node_modules/.bin'), { recursive: true });
symlinkSync(root, join(cwd, 'node_modules/testbed'));
symlinkSync(join(root, 'bin/testbed.js'), join(cwd, 'node_modules/.bin/testbed'));
writeFileSync(join(cwd, 'package.json'), '{ "name": "mine", "version": "1.0.0", "private": true }');
const lock = {
  name: 'mine',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: { '': { name: 'mine', version: '1.0.0' } },
};
writeFileSync(join(cwd, 'package-lock.json'), JSON.stringify(lock));
writeFileSync(join(cwd, '.gitignore'), 'node_modules\ntestbed-results\n');
writeScenario(cwd, 'mine', { thresholds: { errors: 'value <= 0' } });
writeScenario(cwd, 'hopeless', { thresholds: { events_per_s: 'value >= 1000000' } });
const begun = await testbed(['init', 'ci'], { cwd });
await testbed(['init', 'adapter', 'my-bus'], { cwd });
for (const words of [
  ['init', '-q'],
  ['add', '-A'],
  ['commit', '-q', '-m', 'begun'],
]) {
  spawnSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...words], { cwd });
}

const workflow: { readonly jobs: { readonly testbed: { readonly steps: readonly Step[] } } } = parse(
  readFileSync(join(cwd, '.github/workflows/testbed.yml'), 'utf8'),
);
const summary = join(cwd, 'summary.md');

/** The step as GitHub's runner plays it, with other words for what is played. */
function play(step: Step, env: { readonly [name: string]: string }): SpawnSyncReturns<string> {
  const path = `${join(process.execPath, '..')}:${process.env['PATH']}`;
  return spawnSync('bash', ['-e', '-c', step.run as string], {
    cwd,
    encoding: 'utf8',
    timeout: 120_000,
    env: {
      ...process.env,
      ...step.env,
      PATH: path,
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: summary,
      ...env,
    },
  });
}

const step = workflow.jobs.testbed.steps.find(({ name }) => name === 'Testbed') as Step;

test('it says what it wrote', () => {
  assert.is(begun.code, 0, begun.stderr);
  assert.match(begun.stdout, /^\.\/ci\/testbed\.sh: .*\n\.\/\.github\/workflows\/testbed\.yml: /);
  const words = workflow.jobs.testbed.steps.flatMap(({ run }) => run ?? []);
  assert.equal(
    words,
    ['npm ci', 'sh ci/testbed.sh testbed-results'],
    'every other step is an action of others',
  );
});

test('what passes is green, and leaves what build servers read', () => {
  const { status, stderr } = play(step, { TESTBED_RUN: 'mine.yaml', TESTBED_BASE: '' });
  assert.ok(status === 0 || status === 2, stderr);
  const junit = readFileSync(join(cwd, 'testbed-results/run.junit.xml'), 'utf8');
  assert.match(junit, /<testsuite name="mine on memory" tests="\d+" failures="0"/);
  assert.match(readFileSync(summary, 'utf8'), /^# Testbed/);
  assert.is(globSync('testbed-results/run/*/index.json', { cwd }).length, 1);
});

test('what fails is red, with an annotation beside the file; --help says how', () => {
  const { status, stdout } = play(step, { TESTBED_RUN: 'hopeless.yaml', TESTBED_BASE: '', TESTBED_GATE: '' });
  assert.is(status, 1, stdout);
  assert.match(
    stdout,
    /^::error file=hopeless\.yaml,title=FAIL hopeless on memory%3A events_per_s value >= 1000000::was /m,
  );
  const { status: helped, stdout: help } = spawnSync('sh', ['ci/testbed.sh', '--help'], {
    cwd,
    encoding: 'utf8',
  });
  assert.is(helped, 3);
  assert.match(help, /^TESTBED_RUN {6}what is played/m);
});

test('a module is held against itself as it was in a commit', () => {
  const { status, stdout, stderr } = play(step, {
    TESTBED_RUN: 'mine.yaml',
    TESTBED_ADAPTER: 'my-bus/index.ts',
    TESTBED_BASE: 'HEAD',
    TESTBED_GATE: 'mine.yaml --looks 7 --primary publish_ms',
  });
  // What the answer is after seven short rounds is up to the machine; that there is one is not.
  assert.ok([0, 1, 2].includes(status ?? -1), `${status}\n${stdout}${stderr}`);
  const told = readFileSync(join(cwd, 'testbed-results/gate.txt'), 'utf8');
  assert.match(
    told,
    /^adapter:my-bus\/index\.ts \(head\) against commit:HEAD:my-bus\/index\.ts|against commit:[0-9a-f]{12}:/m,
  );
  const junit = readFileSync(join(cwd, 'testbed-results/gate.junit.xml'), 'utf8');
  assert.match(junit, /<testcase classname="mine" name="publish_ms avg">/);
});

test.run();
