/**
 * A server process of ours through everything that can happen to it. The program is a shell script where its own
 * behaviour is the point, so that this needs no database; what a real one does is in test/adapters.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../../adapters/servers/free-port.ts';
import { serveProcess } from '../../adapters/servers/process-server.ts';
import { descendantsOf, findProcess, isRunning } from '../../adapters/servers/process-table.ts';
import type { Program } from '../../adapters/servers/program.ts';
import { systemClock } from '../../core/clock.ts';
import { type ErrorCode, isTestbedError } from '../../core/error.ts';

const directory = mkdtempSync(join(tmpdir(), 'process-server-'));
chmodSync(directory, 0o755);
test.after(() => rmSync(directory, { recursive: true, force: true }));

/** A shell script as a server, ready when it has made a file. */
function scripted(script: string, changes: Partial<Program> = {}): Program {
  return {
    name: 'scripted',
    binary: '/bin/sh',
    accounts: ['nobody'],
    arguments: (_home, port) => ['-c', script, 'scripted', String(port)],
    url: (port) => `scripted://127.0.0.1:${port}`,
    async ping(_address, home) {
      if (!existsSync(join(home.directory, 'ready'))) throw new Error('no file yet');
    },
    stopSignal: 'SIGTERM',
    portTaken: /port taken/,
    ...changes,
  };
}

const healthy = 'trap "exit 0" TERM; sleep 1000 & touch ready; wait';

async function failureOf(program: Program, startWithinMs = 5_000): Promise<Error> {
  try {
    const server = await serveProcess(program, { directory, startWithinMs });
    await server.close();
  } catch (error) {
    assert.ok(isTestbedError(error, 'UNAVAILABLE'), String(error));
    return error as Error;
  }
  throw new Error('it started');
}

async function refused(code: ErrorCode, call: () => Promise<unknown>): Promise<void> {
  const outcome = await call().then(
    () => 'done',
    (error: unknown) => (isTestbedError(error) ? error.code : String(error)),
  );
  assert.is(outcome, code);
}

test('it starts, is paused with its children, resumed, killed, started again, stopped and cleaned', async () => {
  const server = await serveProcess(scripted(healthy), { directory });
  const { address, pid } = server;
  const states = () => [findProcess(pid), ...descendantsOf(pid)].map((entry) => entry?.state);
  assert.is(states().length, 2);
  await server.pause();
  assert.equal(states(), ['T', 'T']);
  await server.resume();
  assert.not(states().includes('T'));
  const children = descendantsOf(pid);
  await server.kill();
  assert.is(findProcess(pid), undefined, 'not reaped');
  assert.not(children.some((child) => isRunning(child.pid)));
  await refused('UNAVAILABLE', () => server.kill());
  await server.start();
  await server.start();
  assert.is(server.address.url, address.url);
  assert.is.not(server.pid, pid);
  const { directory: home } = server.home;
  assert.is(statSync(home).mode & 0o777, 0o700);
  await server.pause();
  await server.stop();
  assert.not(isRunning(server.pid));
  assert.ok(existsSync(home), 'its data stays');
  await Promise.all([server.close(), server.close()]);
  assert.not(existsSync(home));
  await refused('CLOSED', () => server.start());
});

test('one that will not stop is killed', async () => {
  const server = await serveProcess(scripted('trap "" TERM; touch ready; while :; do sleep 1; done'), {
    directory,
    stopWithinMs: 50,
  });
  await server.stop();
  assert.not(isRunning(server.pid));
  await server.close();
});

test('one that ends before it is ready: its last lines are in the message, and nothing is left', async () => {
  const { message } = await failureOf(scripted('echo first; echo cannot open the pod bay doors >&2; exit 3'));
  assert.match(message, 'exit code 3');
  assert.match(message, 'cannot open the pod bay doors');
});

test('one that never answers is given up, killed, and its last lines shown', async () => {
  let home = '';
  const silent = scripted('echo waiting for Godot; sleep 1000', {
    async prepare({ directory: made }) {
      home = made;
    },
  });
  const { message } = await failureOf(silent, 100);
  assert.match(message, 'no answer within 0.1 s');
  assert.match(message, 'waiting for Godot');
  assert.ok(home !== '' && !existsSync(home));
});

test('a program that cannot be run is said by name', async () => {
  const { message } = await failureOf(scripted('', { binary: '/bin/no-such-server' }));
  assert.match(message, '/bin/no-such-server');
});

test('a port that is taken: another is tried', async () => {
  const ports: number[] = [];
  const server = await serveProcess(
    scripted(`if [ -e tried ]; then ${healthy}; else touch tried; echo port taken; exit 1; fi`, {
      arguments(_home, port) {
        ports.push(port);
        return ['-c', `if [ -e tried ]; then ${healthy}; else touch tried; echo port taken; exit 1; fi`];
      },
    }),
    { directory },
  );
  assert.is(ports.length, 2);
  assert.is.not(ports[0], ports[1]);
  assert.match(server.address.url, String(ports[1]));
  await server.close();
});

test('a port of the caller that is taken: refused, and nothing started', async () => {
  const port = await freePort();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  try {
    await serveProcess(scripted(healthy), { directory, port });
    assert.unreachable();
  } catch (error) {
    assert.ok(isTestbedError(error, 'UNAVAILABLE'));
    assert.match((error as Error).message, `port ${port} on 127.0.0.1 is in use`);
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

test('its output does not reach ours, and our environment does not reach it', async () => {
  process.env['SECRET_OF_OURS'] = 'secret';
  const server = await serveProcess(scripted(`env; ${healthy}`), { directory });
  delete process.env['SECRET_OF_OURS'];
  assert.not.match(server.logTail(100), 'SECRET_OF_OURS');
  assert.match(server.logTail(100), 'LC_ALL=C');
  await server.close();
});

if (process.getuid?.() === 0) {
  test('as root: it runs as somebody else, who owns its directory', async () => {
    const server = await serveProcess(scripted(healthy), { directory });
    const { account } = server.home;
    assert.is(statSync(`/proc/${server.pid}`).uid, account?.uid);
    assert.is(statSync(server.home.directory).uid, account?.uid);
    assert.is(server.facts['serverUser'], account?.name);
    await server.close();
  });

  test('as root: where that user may not enter, its directory is elsewhere, and the facts say so', async () => {
    const closed = join(directory, 'closed');
    mkdirSync(join(closed, 'results'), { recursive: true });
    chmodSync(closed, 0o700);
    const server = await serveProcess(scripted(healthy), { directory: join(closed, 'results') });
    assert.not.ok(server.home.directory.startsWith(closed));
    assert.match(String(server.facts['serverDirectory']), 'may not enter');
    await server.close();
    assert.not(existsSync(server.home.directory));
  });
}

test('a server keeps nothing of ours alive, and waiting for its end does', async () => {
  // That this file ends at all shows the first; this shows the second.
  const server = await serveProcess(scripted(healthy), { directory });
  setTimeout(() => process.kill(server.pid, 'SIGKILL'), 20).unref();
  await systemClock.sleep(100);
  assert.not(isRunning(server.pid));
  await server.close();
});

test.run();
