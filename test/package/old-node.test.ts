import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const launcher = resolve(import.meta.dirname, '../../bin/testbed.js');

/** The launcher under a Node that says it is of another version. */
function launchAs(version: string) {
  const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  const preload = `data:text/javascript,${encodeURIComponent(pretend)}`;
  return spawnSync(process.execPath, ['--import', preload, launcher, '--version'], { encoding: 'utf8' });
}

const line =
  /^testbed needs Node 22\.18 or later; this is \d+\.\d+\.\d+\. In a checkout, "npm start" .*; elsewhere install a newer Node\.\n$/;

test('an older Node gets one line and exit code 4', () => {
  for (const version of ['16.20.2', '18.0.0', '20.20.2', '22.9.0', '22.17.1']) {
    const { status, stdout, stderr } = launchAs(version);
    assert.is(status, 4, version);
    assert.match(stderr, line);
    assert.ok(stderr.includes(`this is ${version}.`), version);
    assert.is(stdout, '');
  }
});

test('a newer one runs', () => {
  for (const version of ['22.18.0', '22.20.0', '24.0.0', '30.1.0']) {
    const { status, stdout } = launchAs(version);
    assert.is(status, 0, version);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  }
});

/** A real old Node, where the machine has one beside the one we run on. */
function oldNode(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).concat('/usr/bin', '/usr/local/bin');
  const nodes = folders.map((folder) => join(folder, 'node')).filter((file) => existsSync(file));
  const old = nodes.find((file) => {
    const [major = 99, minor = 0] = spawnSync(file, ['--version'], { encoding: 'utf8' })
      .stdout.replace('v', '')
      .split('.')
      .map(Number);
    return major >= 16 && (major < 22 || (major === 22 && minor < 18));
  });
  return old ?? null;
}

const old = oldNode();
if (old === null) process.stdout.write('SKIP a real old Node: there is none on this machine\n');
else {
  test('a real old Node reads the launcher and says so', () => {
    const { status, stdout, stderr } = spawnSync(old, [launcher, 'run'], { encoding: 'utf8' });
    assert.is(status, 4, stderr);
    assert.match(stderr, line);
    assert.is(stdout, '');
  });
}

test.run();
