/** `testbed serve`: the real command in a process of its own, asked over HTTP. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { start } from './command-line.ts';
import { assertRefused, type Refusal } from './refusals.ts';

interface Ready {
  readonly url: string;
  readonly pid: number;
  readonly node: string;
  readonly stack: string;
}

/** Starts it and waits for the line that says where it is. What it makes in temporary folders lies in `temporary`. */
async function served(args: readonly string[], env: { readonly [name: string]: string } = {}) {
  const temporary = mkdtempSync(join(tmpdir(), 'serve-test-'));
  const started = start(['serve', ...args], { env: { TMPDIR: temporary, ...env } });
  const [line] = (await once(started.child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const ready = JSON.parse(String(line)) as Ready;
  const left = (): readonly string[] => readdirSync(temporary).filter((name) => name.startsWith('testbed-'));
  return { ...started, ready, left, remove: () => rmSync(temporary, { recursive: true, force: true }) };
}

test('serve: says where it is, answers, and leaves nothing when it is asked to stop', async () => {
  const { child, ended, ready, left, remove } = await served([]);
  assert.equal([ready.stack, ready.node], ['memory', 'main']);
  assert.match(ready.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const spawned = await fetch(`${ready.url}/agents`, { method: 'POST' });
  assert.is(spawned.status, 201);
  assert.is(left().length, 1);
  child.kill('SIGTERM');
  const { code, stderr, stdout } = await ended;
  assert.equal([code, stderr, stdout.split('\n').length], [0, '', 2]);
  assert.equal(left(), []);
  remove();
});

test('serve: killed, it takes its process and its folder with it', async () => {
  const { child, ended, ready, left, remove } = await served([]);
  child.kill('SIGKILL');
  await ended;
  const isGone = (): boolean => left().length === 0 && !existsSync(`/proc/${ready.pid}`);
  for (let tries = 0; tries < 200 && !isGone(); tries++) await sleep(50);
  assert.ok(isGone());
  remove();
});

test('serve: a token is asked for where it is set', async () => {
  const token = 'correct-horse-battery';
  const { child, ended, ready, remove } = await served(['--host', '0.0.0.0'], { TESTBED_TOKEN: token });
  const url = `${ready.url.replace('0.0.0.0', '127.0.0.1')}/agents`;
  assert.is((await fetch(url)).status, 401);
  assert.is((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status, 200);
  child.kill('SIGINT');
  assert.is((await ended).code, 0);
  remove();
});

test('serve: what cannot be is said, and nothing is started', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as AddressInfo;
  const rows: readonly Refusal[] = [
    [['--host', '0.0.0.0'], 3, /0\.0\.0\.0: where other machines can connect a token is required/],
    [['--token-file', '/nowhere/token'], 3, /--token-file \/nowhere\/token: no such file/],
    [['--stack', 'memroy'], 3, /unknown stack "memroy"/],
    [['--durability', 'power-loss'], 4, /memory cannot be durable to "power-loss"/],
    [['--port', String(port)], 4, new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}`)],
  ];
  await assertRefused('serve', rows);
  blocker.close();
});

test.run();
