/** Links in a process of their own, ordered about from here. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test as register } from 'uvu';
import * as assert from 'uvu/assert';
import { findProcess } from '../../../adapters/servers/process-table.ts';
import { type LinkProcess, startLinkProcess } from '../../../chaos/link/link.ts';
import { isTestbedError } from '../../../core/error.ts';
import { connectTo, type End, Host, until } from './tcp-kit.ts';

function test(name: string, run: (links: LinkProcess, host: Host) => Promise<void>): void {
  register(name, async () => {
    const host = await Host.listen();
    const links = await startLinkProcess({ seed: 1 });
    try {
      await run(links, host);
    } finally {
      host.close();
      await links.close();
    }
  });
}

async function codeOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (isTestbedError(error)) return error.code;
    throw error;
  }
}

async function isRefused(address: { readonly host: string; readonly port: number }): Promise<boolean> {
  return connectTo(address).then(
    ({ socket }) => {
      socket.destroy();
      return false;
    },
    (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
  );
}

/** A connection through a link, both its ends. */
async function pairThrough(
  host: Host,
  address: { host: string; port: number },
): Promise<readonly [End, End]> {
  const number = host.ends.length + 1;
  return [await connectTo(address), await host.end(number)];
}

test('a link, its toxics and its numbers', async (links, host) => {
  const link = await links.open({ name: 'a', upstream: host.address });
  const [client, server] = await pairThrough(host, link.address);
  client.socket.write('hello');
  await server.hears(5);
  const name = await link.add({ type: 'timeout', direction: 'up' });
  assert.is(name, 'timeout_up');
  client.socket.write('lost');
  await until('the blackhole has read it', async () => (await link.stats()).up.received === 9);
  assert.equal(await link.stats(), {
    connections: { open: 1, accepted: 1 },
    up: { received: 9, sent: 5 },
    down: { received: 0, sent: 0 },
  });
  await link.remove(name);
  await until('both ends are closed', () => client.hasEnded && server.hasEnded);
  assert.is(server.text, 'hello');
  await link.close();
  assert.ok(await isRefused(link.address));
});

test('many links in one process do not know each other', async (links, host) => {
  const [a, b] = [
    await links.open({ name: 'a', upstream: host.address }),
    await links.open({ name: 'b', upstream: host.address }),
  ];
  await a.add({ type: 'down' });
  assert.ok(await isRefused(a.address));
  const [client, server] = await pairThrough(host, b.address);
  client.socket.write('through');
  await server.hears(7);
  await a.reset();
  assert.not(await isRefused(a.address));
});

test('what cannot be done is said with its code', async (links, host) => {
  const link = await links.open({ name: 'a', upstream: host.address });
  const taken = host.address;
  assert.is(await codeOf(links.open({ name: 'a', upstream: taken })), 'DUPLICATE');
  assert.is(await codeOf(links.open({ name: 'b', upstream: taken, listen: taken })), 'UNAVAILABLE');
  assert.is(await codeOf(links.open({ name: 'b', upstream: 'nowhere' })), 'INVALID_CONFIG');
  assert.is(await codeOf(links.open({ name: 'b', upstream: taken, listen: '0.0.0.0:0' })), 'INVALID_CONFIG');
  assert.is(await codeOf(link.add({ type: 'nonsense' })), 'NOT_FOUND');
  assert.is(await codeOf(link.add({ type: 'latency', toxicity: 2 })), 'INVALID_ARGUMENT');
  await link.add({ type: 'latency' });
  assert.is(await codeOf(link.add({ type: 'latency' })), 'DUPLICATE');
  assert.is(await codeOf(link.remove('nothing')), 'NOT_FOUND');
  await link.close();
  assert.is(await codeOf(link.stats()), 'NOT_FOUND');
});

test('an API that cannot listen: no process is left', async (_links, host) => {
  assert.is(await codeOf(startLinkProcess({ seed: 1, api: host.address })), 'UNAVAILABLE');
});

test('closing ends the process and every connection; afterwards nothing is carried out', async (links, host) => {
  const link = await links.open({ name: 'a', upstream: host.address });
  const [client, server] = await pairThrough(host, link.address);
  await links.close();
  await until('both ends are gone', () =>
    [client, server].every(({ hasEnded, broken }) => hasEnded || broken !== null),
  );
  assert.is(findProcess(links.pid), undefined);
  assert.is(await codeOf(link.stats()), 'UNAVAILABLE');
  await links.close();
});

test('a link process that is killed: what was asked of it is UNAVAILABLE, not waited for', async (links, host) => {
  const link = await links.open({ name: 'a', upstream: host.address });
  process.kill(links.pid, 'SIGSTOP');
  const asked = codeOf(link.stats());
  process.kill(links.pid, 'SIGKILL');
  assert.is(await asked, 'UNAVAILABLE');
});

test('a parent that is killed takes its links with it', async (_links, host) => {
  const parent = spawn(process.execPath, [join(import.meta.dirname, 'doomed-parent.ts'), host.address], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const { pid, address } = JSON.parse(String(line));
  const [client, server] = await pairThrough(host, address);
  assert.is.not(findProcess(pid), undefined);
  parent.kill('SIGKILL');
  await until('the link process is gone', () => findProcess(pid) === undefined);
  await until('both ends are gone', () =>
    [client, server].every(({ hasEnded, broken }) => hasEnded || broken !== null),
  );
  assert.ok(await isRefused(address));
});

register.run();
