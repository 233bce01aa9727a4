/** What a disk does to the servers that keep their data on it. */
import { dirname } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { familyOf } from '../../chaos/process/proc.ts';
import { findFault } from '../../chaos/table.ts';
import type { ServerTarget, Target } from '../../chaos/target.ts';
import { startRedis, testsOn, withClient } from '../adapters/redis-kit.ts';
import { observableThenGone } from './fault-kit.ts';

const onRedis = testsOn(await startRedis('power-loss'), test);

function diskOf(server: ServerTarget): Target {
  const directory = server.directory as string;
  const writers = [{ technology: 'redis', directory, pids: () => familyOf(server.pid) }];
  return { kind: 'disk', directory: dirname(directory), writers };
}

onRedis('slow-fsync: a write that is synced waits, and a read does not', async (server) => {
  const target = diskOf(server);
  const reason = await findFault('slow-fsync')?.unsupported?.(target, {});
  if (reason !== null) {
    process.stdout.write(`SKIP slow-fsync: ${reason}\n`);
    return;
  }
  await withClient(server.address.url, async (redis) => {
    let stop = false;
    let written = 0;
    const writing = (async () => {
      for (; !stop; written++) await redis.set('key', String(written));
    })();
    try {
      await observableThenGone('slow-fsync', target, { delay: 80 });
    } finally {
      stop = true;
      await writing;
    }
    assert.ok(written > 0);
  });
});

test('slow-fsync: where our own process writes, unsupported in words', async () => {
  const target: Target = {
    kind: 'disk',
    directory: '/',
    writers: [{ technology: null, directory: '/', pids: () => [process.pid] }],
  };
  assert.match(String(await findFault('slow-fsync')?.unsupported?.(target, {})), /^our own process writes/);
});

onRedis(
  'read-only: nothing new can be made where Redis keeps its data, and what is open goes on',
  async (server) => {
    await withClient(server.address.url, async (redis) => {
      await observableThenGone('read-only', diskOf(server), {}, async () => {
        await redis.set('key', 'still written');
        await isRefused(() => redis.save());
      });
      await redis.save();
      assert.is(await redis.get('key'), 'still written');
    });
  },
);

async function isRefused(act: () => Promise<unknown>): Promise<void> {
  let failed = false;
  await act().catch(() => {
    failed = true;
  });
  assert.ok(failed, 'a file could be made');
}

test.run();
