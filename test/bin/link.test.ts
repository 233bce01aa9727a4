import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseAddress } from '../../chaos/link/address.ts';
import { connectTo, Host } from '../chaos/link/tcp-kit.ts';
import { start, testbed } from './command-line.ts';

test('link: passes on, is driven over HTTP, and ends when it is interrupted', async () => {
  const host = await Host.listen();
  const { child, ended } = start([
    'link',
    ...['--listen', 'localhost:0', '--upstream', host.address, '--api', '127.0.0.1:0', '--seed', '7'],
  ]);
  try {
    const [said] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const line = /^(127\.0\.0\.1:\d+) -> (\S+), API (http:\/\/127\.0\.0\.1:\d+), seed 7\n$/.exec(
      String(said),
    );
    assert.ok(line !== null, String(said));
    const [, listen = '', upstream, api] = line;
    assert.is(upstream, host.address);
    const client = await connectTo(parseAddress(listen));
    const server = await host.end();
    client.socket.write('hello');
    await server.hears(5);
    const response = await fetch(`${api}/proxies/link/toxics`, { method: 'POST', body: '{"type":"down"}' });
    assert.is(response.status, 200);
    const refused = await connectTo(parseAddress(listen)).then(
      () => null,
      (error: NodeJS.ErrnoException) => error.code,
    );
    assert.is(refused, 'ECONNREFUSED');
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    assert.is(code, 130);
    assert.is(stderr, '');
  } finally {
    child.kill('SIGKILL');
    host.close();
  }
});

test('link: a port that is in use is said, exit code 4', async () => {
  const host = await Host.listen();
  try {
    for (const args of [
      ['--listen', host.address, '--upstream', '127.0.0.1:1', '--api', '127.0.0.1:0'],
      ['--listen', '127.0.0.1:0', '--upstream', '127.0.0.1:1', '--api', host.address],
    ]) {
      const { code, stdout, stderr } = await testbed(['link', ...args]);
      assert.is(code, 4);
      assert.is(stdout, '');
      assert.is(stderr, `testbed link: cannot listen on ${host.address}: the port is in use\n`);
    }
  } finally {
    host.close();
  }
});

test.run();
