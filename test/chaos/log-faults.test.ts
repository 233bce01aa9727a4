/** A server that is killed, whose log is damaged while it is down, and that comes back on what is left of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findFault } from '../../chaos/table.ts';
import type { ServerTarget, Target } from '../../chaos/target.ts';
import { startPostgres } from '../adapters/postgres-kit.ts';
import { anotherRedis, startRedis, testsOn, withClient } from '../adapters/redis-kit.ts';
import { observableThenGone } from './fault-kit.ts';

const onRedis = testsOn(await startRedis('process-crash'), test);
const postgres = await startPostgres('process-crash');
test.after(() => postgres?.close());

function targetOf(technology: string, server: ServerTarget): Target {
  return { kind: 'server', part: 'storage', technology, server };
}

onRedis('truncate: Redis comes back without what was last acknowledged', async (server) => {
  await withClient(server.address.url, async (redis) => {
    for (let index = 0; index < 10; index++) await redis.set(`key ${index}`, 'value');
  });
  await observableThenGone('truncate', targetOf('redis', server), { bytes: 5 });
  await withClient(server.address.url, async (redis) => {
    assert.is(await redis.get('key 8'), 'value');
    assert.is(await redis.get('key 9'), null);
  });
});

onRedis('bit-flip: in a value, Redis serves what nobody wrote', async (server) => {
  const long = 'v'.repeat(1000);
  await withClient(server.address.url, (redis) => redis.set('long', long));
  await observableThenGone('bit-flip', targetOf('redis', server), { bytes: 900 });
  await withClient(server.address.url, async (redis) => {
    const found = await redis.get('long');
    assert.is(found?.length, 1000);
    assert.is.not(found, long);
  });
});

onRedis(
  'bit-flip: in the frame of a command, Redis refuses to start, and is given what was before',
  async (server) => {
    await withClient(server.address.url, async (redis) => {
      await redis.set('kept', 'x');
      await redis.del('never', ...Array.from({ length: 100 }, () => 'a'));
      await redis.set('last', '');
    });
    await observableThenGone('bit-flip', targetOf('redis', server), { bytes: 33 });
    await withClient(server.address.url, async (redis) => {
      assert.is(await redis.get('kept'), 'x');
      assert.is(await redis.get('last'), null);
    });
    assert.match(readFileSync(join(server.directory as string, 'server.log'), 'latin1'), /Bad file format/);
  },
);

onRedis('a server without a log is unsupported, in words', async () => {
  const none = await anotherRedis('none');
  for (const name of ['truncate', 'bit-flip'])
    assert.match(
      String(await findFault(name)?.unsupported?.(targetOf('redis', none), {})),
      /^this redis server keeps no log/,
    );
});

for (const name of ['truncate', 'bit-flip']) {
  (postgres === null ? test.skip : test)(
    `${name}: Postgres comes back with what stands before the damage`,
    async () => {
      const server = postgres as NonNullable<typeof postgres>;
      await onPostgres(server, 'create table if not exists kept (name text)');
      await onPostgres(server, 'checkpoint');
      await onPostgres(server, `insert into kept values ('last ${name}')`);
      await observableThenGone(name, targetOf('postgres', server), { bytes: 10 });
      const rows = await onPostgres(server, 'select name from kept');
      assert.equal(rows, []);
    },
  );
}

async function onPostgres({ address }: ServerTarget, query: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: address.url });
  await client.connect();
  try {
    return (await client.query(query)).rows ?? [];
  } finally {
    await client.end();
  }
}

test.run();
