/** Redis as the store of hot agents before Postgres, on real servers: the suite of storages, by itself and with a second process. */
import { tmpdir } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runConformance, storageConformance } from '../../adapters/conformance/index.ts';
import { postgresStorage } from '../../adapters/postgres/index.ts';
import { redisStorage } from '../../adapters/redis/index.ts';
import { redisUrlVariable, withHot } from '../adapters/layers-kit.ts';
import { startPostgres } from '../adapters/postgres-kit.ts';
import { startRedis } from '../adapters/redis-kit.ts';

const postgres = await startPostgres('process-crash');
const redis = postgres && (await startRedis('none'));
test.after(async () => {
  await redis?.close();
  await postgres?.close();
});

if (postgres === null || redis === null) {
  test.skip('redis before postgres');
} else {
  // A second process finds the hot store by this.
  process.env[redisUrlVariable] = redis.address.url;
  const nothing = async (): Promise<void> => {};
  const { serve: _, ...layered } = withHot(postgresStorage, redisStorage, redis.address);
  const server = { address: postgres.address, pid: 0, kill: nothing, pause: nothing, resume: nothing };
  const lent = { ...server, start: nothing, stop: nothing, close: nothing };
  const results = await runConformance(
    storageConformance,
    { ...layered, serve: async () => lent },
    {
      module: { url: new URL('../adapters/layers-kit.ts', import.meta.url).href, name: 'redisOverPostgres' },
      directory: tmpdir(),
    },
  );
  for (const { name, outcome, reason } of results)
    test(`redis before postgres: ${name}`, () => assert.is(outcome, 'passed', `${name}: ${reason}`));
}

test.run();
