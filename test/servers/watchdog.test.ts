/** Nothing stays behind, however we end: the runner is another process here, and is killed. */
import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isRunning } from '../../adapters/servers/process-table.ts';
import { systemClock } from '../../core/clock.ts';
import type { Left, Order } from './doomed-runner.ts';

const directory = mkdtempSync(join(tmpdir(), 'watchdog-'));
chmodSync(directory, 0o755);
test.after(() => rmSync(directory, { recursive: true, force: true }));

const runner = join(import.meta.dirname, 'doomed-runner.ts');

/** Starts a runner and resolves to it and what it says it has started. */
async function startRunner(order: Order): Promise<{ child: ChildProcess; left: Left }> {
  const child = fork(runner, [JSON.stringify(order)]);
  const left = await new Promise<Left>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Left));
    child.once('exit', (code) => reject(new Error(`the runner ended with ${code}`)));
  });
  return { child, left };
}

async function gone(what: string, isGone: () => boolean): Promise<void> {
  const giveUpAt = systemClock.now() + 10_000;
  while (!isGone()) {
    if (systemClock.now() > giveUpAt) throw new Error(`${what} is still there`);
    await systemClock.sleep(5);
  }
}

for (const isPaused of [false, true]) {
  test(`the runner is killed while its server ${isPaused ? 'is paused' : 'runs'}: server, directory and watchdog go`, async () => {
    const { child, left } = await startRunner({ kind: 'server', directory, isPaused });
    assert.ok(isRunning(left.server) && isRunning(left.watchdog) && existsSync(left.directory));
    child.kill('SIGKILL');
    await gone('the server', () => !isRunning(left.server));
    await gone('its directory', () => !existsSync(left.directory));
    await gone('the watchdog', () => !isRunning(left.watchdog));
  });
}

test('the runner ends by itself without a word: the same', async () => {
  const { child, left } = await startRunner({ kind: 'server', directory, isPaused: false });
  child.send('exit');
  await gone('the server', () => !isRunning(left.server));
  await gone('its directory', () => !existsSync(left.directory));
  await gone('the watchdog', () => !isRunning(left.watchdog));
});

test('a server that was closed leaves no watchdog', async () => {
  const { child, left } = await startRunner({ kind: 'server', directory, isPaused: false });
  child.send('close');
  await gone('the server', () => !isRunning(left.server));
  await gone('the watchdog', () => !isRunning(left.watchdog));
  assert.ok(isRunning(child.pid as number), 'the runner itself lives');
  child.kill('SIGKILL');
});

test('a process that only has the pid of the one watched is not touched', async () => {
  const { child, left } = await startRunner({ kind: 'namesake', directory });
  child.kill('SIGKILL');
  await gone('the watchdog', () => !isRunning(left.watchdog));
  assert.ok(isRunning(left.server), 'the namesake was killed');
  process.kill(left.server, 'SIGKILL');
});

test.run();
