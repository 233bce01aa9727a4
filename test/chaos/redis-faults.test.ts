import { Redis } from 'ioredis';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Target } from '../../chaos/target.ts';
import { opened, startRedis, testsOn } from '../adapters/redis-kit.ts';
import { observableThenGone } from './fault-kit.ts';

const onRedis = testsOn(await startRedis('none'), test);

type Server = Extract<Target, { kind: 'server' }>['server'];

function targetOf(server: Server): Target {
  return { kind: 'server', part: 'bus', technology: 'redis', server };
}

function client({ address }: Server): Redis {
  const redis = new Redis(address.url);
  opened({ close: async () => redis.disconnect() });
  return redis;
}

onRedis('redis-pause: writes wait and reads do not, until it is healed', async (server) => {
  const redis = client(server);
  const reader = client(server);
  let written: Promise<unknown> = Promise.resolve();
  let done = false;
  await observableThenGone('redis-pause', targetOf(server), {}, async () => {
    written = redis.set('a', '1').then(() => {
      done = true;
    });
    assert.is(await reader.get('a'), null);
    assert.is(done, false);
  });
  await written;
  assert.is(await reader.get('a'), '1');
});

onRedis('redis-maxmemory: writes are refused, and what was there stays', async (server) => {
  const redis = client(server);
  await redis.set('kept', 'x');
  await observableThenGone('redis-maxmemory', targetOf(server), {}, async () => {
    // The first may still fit beside what the look at it has freed.
    let refused = '';
    for (let tries = 0; tries < 100 && refused === ''; tries++)
      await redis.set(`more ${tries}`, 'x'.repeat(10_000)).catch(({ message }: Error) => {
        refused = message;
      });
    assert.match(refused, /^OOM/);
    assert.is(await redis.get('kept'), 'x');
  });
  await redis.set('more', 'x');
});

onRedis('redis-maxmemory: keys are evicted where the policy says so', async (server) => {
  const redis = client(server);
  for (let index = 0; index < 200; index++) await redis.set(`key ${index}`, 'x'.repeat(2000));
  await observableThenGone('redis-maxmemory', targetOf(server), { policy: 'allkeys-random' }, async () => {
    await redis.set('more', 'x'.repeat(100_000));
    assert.ok((await redis.keys('key *')).length < 200);
  });
});

onRedis('redis-trim: what a group has not read is gone', async (server) => {
  const redis = client(server);
  for (let index = 0; index < 10; index++) await redis.xadd('stream', '*', 'a', 'b');
  await observableThenGone('redis-trim', targetOf(server), { keep: 3 });
  assert.is(await redis.xlen('stream'), 3);
});

test.run();
