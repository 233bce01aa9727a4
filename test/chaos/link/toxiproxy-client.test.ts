/** Somebody else's client drives a link between ioredis and a real redis-server. */
import { Redis } from 'ioredis';
import toxiproxyClient from 'toxiproxy-node-client';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ProcessServer } from '../../../adapters/servers/process-server.ts';
import { startLinkProcess } from '../../../chaos/link/link.ts';
import { startRedis, testsOn } from '../../adapters/redis-kit.ts';
import { until } from './tcp-kit.ts';

const { Toxiproxy } = toxiproxyClient;
const server = await startRedis('none');
const on = testsOn(server, test);

interface Setting {
  readonly toxiproxy: InstanceType<typeof Toxiproxy>;
  readonly upstream: string;
  /** An ioredis client through that port. */
  redis(port: number): Redis;
}

/** Ends the link process and every client, whatever came out. */
async function driven({ address }: ProcessServer, run: (setting: Setting) => Promise<void>): Promise<void> {
  const links = await startLinkProcess({ seed: 1, api: '127.0.0.1:0' });
  const clients: Redis[] = [];
  try {
    await run({
      toxiproxy: new Toxiproxy(links.apiUrl as string),
      upstream: new URL(address.url).host,
      redis(port) {
        const client = new Redis(port, '127.0.0.1', {
          protocol: 2,
          retryStrategy: () => 20,
          maxRetriesPerRequest: null,
        });
        // What goes wrong shows in the answers.
        client.on('error', () => {});
        clients.push(client);
        return client;
      },
    });
  } finally {
    for (const client of clients) client.disconnect();
    await links.close();
  }
}

const portOf = (listen: string): number => Number(listen.split(':').at(-1));

on('proxies: version, create, get, update, populate, remove', (redisServer) =>
  driven(redisServer, async ({ toxiproxy, upstream, redis }) => {
    assert.match(await toxiproxy.getVersion(), /^\{"version":"2\./);
    const proxy = await toxiproxy.createProxy({ name: 'redis', listen: '127.0.0.1:0', upstream });
    const client = redis(portOf(proxy.listen));
    assert.is(await client.set('key', 'value'), 'OK');
    await proxy.update({ ...proxy.toJson(), enabled: false });
    assert.is((await toxiproxy.get('redis')).enabled, false);
    let answered = false;
    const read = client.get('key').then((value) => {
      answered = true;
      return value;
    });
    await until('ioredis tries in vain', () => client.status === 'reconnecting');
    assert.is(answered, false);
    await proxy.update({ ...proxy.toJson(), enabled: true });
    assert.is(await read, 'value');
    const made = await toxiproxy.populate([{ name: 'second', listen: '127.0.0.1:0', upstream }]);
    assert.is(await redis(portOf(made['second']?.listen ?? '')).get('key'), 'value');
    assert.equal(Object.keys(await toxiproxy.getAll()).sort(), ['redis', 'second']);
    await proxy.remove();
    assert.equal(Object.keys(await toxiproxy.getAll()), ['second']);
  }),
);

on('toxics: each is added, read, changed and removed, and the client goes on', (redisServer) =>
  driven(redisServer, async ({ toxiproxy, upstream, redis }) => {
    const proxy = await toxiproxy.createProxy({ name: 'redis', listen: '127.0.0.1:0', upstream });
    const client = redis(portOf(proxy.listen));
    const kinds = [
      ['latency', { latency: 5, jitter: 2 }],
      ['bandwidth', { rate: 1000 }],
      ['slow_close', { delay: 5 }],
      ['timeout', { timeout: 0 }],
      ['slicer', { average_size: 10, size_variation: 5, delay: 10 }],
      ['limit_data', { bytes: 1_000_000 }],
      ['reset_peer', { timeout: 3_600_000 }],
    ] as const;
    for (const [type, attributes] of kinds) {
      const toxic = await proxy.addToxic({
        type,
        name: `my ${type}`,
        stream: 'upstream',
        toxicity: 1,
        attributes,
      });
      assert.equal({ ...toxic.attributes }, attributes);
      const seen = await proxy.getToxic(`my ${type}`);
      assert.equal(seen.toJson(), toxic.toJson());
      const changed = await toxic.update({ ...toxic.toJson(), toxicity: 0.5 });
      assert.is(changed.toxicity, 0.5);
      await toxic.remove();
      assert.is(await client.set(type, 'after'), 'OK');
    }
  }),
);

on('a blackhole by one client is felt by the other, and gone after reset', (redisServer) =>
  driven(redisServer, async ({ toxiproxy, upstream, redis }) => {
    const proxy = await toxiproxy.createProxy({ name: 'redis', listen: '127.0.0.1:0', upstream });
    const client = redis(portOf(proxy.listen));
    await client.set('counter', 0);
    await proxy.addToxic({
      type: 'timeout',
      name: 'hole',
      stream: 'upstream',
      toxicity: 1,
      attributes: { timeout: 0 },
    });
    let answered = false;
    const counted = client.incr('counter').then((value) => {
      answered = true;
      return value;
    });
    const direct = redis(portOf(upstream));
    for (let round = 0; round < 50; round++) await direct.ping();
    assert.is(await direct.get('counter'), '0');
    assert.is(answered, false);
    await toxiproxy.reset();
    // ioredis makes a new connection and asks again: the one that was swallowed has not reached the server.
    assert.is(await counted, 1);
    assert.is(await direct.get('counter'), '1');
  }),
);

on('errors reach the client as its own', (redisServer) =>
  driven(redisServer, async ({ toxiproxy, upstream }) => {
    const input = { name: 'redis', listen: '127.0.0.1:0', upstream };
    await toxiproxy.createProxy(input);
    for (const [attempt, status] of [
      [() => toxiproxy.createProxy(input), 409],
      [() => toxiproxy.get('nobody'), 404],
      [() => toxiproxy.createProxy({ ...input, name: '' }), 400],
    ] as const) {
      const error = await attempt().then(
        () => null,
        (thrown: Error) => thrown.message,
      );
      assert.is(error, `Request failed with status code ${status}`);
    }
  }),
);

test.run();
