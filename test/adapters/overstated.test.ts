/** An adapter that claims more durability than it keeps is caught by killing its server; its healthy twin is not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Adapter, Traits } from '../../adapters/adapter.ts';
import {
  busConformance,
  type ConformanceSuite,
  runConformance,
  storageConformance,
} from '../../adapters/conformance/index.ts';
import { isTestbedError } from '../../core/error.ts';
import {
  postgresBusHonest,
  postgresBusOverstated,
  postgresStorageHonest,
  postgresStorageOverstated,
  redisBusHonest,
  redisBusOverstated,
  redisStorageHonest,
  redisStorageOverstated,
} from '../doubles/adapters/overstated.ts';

const url = new URL('../doubles/adapters/overstated.ts', import.meta.url).href;
const isKill = (name: string): boolean => name.includes('before a SIGKILL');

async function kill<Port, T extends Traits>(
  suite: ConformanceSuite<Port, T>,
  adapter: Adapter<Port, T>,
  name: string,
  expected: 'passed' | 'failed',
): Promise<void> {
  // What is gone is waited for until then.
  const deadlineMs = expected === 'failed' ? 3_000 : 10_000;
  const results = await runConformance(suite, adapter, { module: { url, name }, only: isKill, deadlineMs });
  assert.is(results.length, 1);
  assert.is(results[0]?.outcome, expected, `${name}: ${results[0]?.reason}`);
  if (expected === 'failed') assert.match(results[0]?.reason ?? '', /acknowledged and gone|replay/);
}

const rows = [
  ['redis, overstated', 'failed', { redisBusOverstated }, { redisStorageOverstated }],
  ['redis, honest', 'passed', { redisBusHonest }, { redisStorageHonest }],
  ['postgres, overstated', 'failed', { postgresBusOverstated }, { postgresStorageOverstated }],
  ['postgres, honest', 'passed', { postgresBusHonest }, { postgresStorageHonest }],
] as const;

for (const [what, expected, buses, storages] of rows) {
  test(`${what}: when its server is killed, bus and storage have ${expected}`, async () => {
    const runs = [
      ...Object.entries(buses).map(([name, bus]) => kill(busConformance, bus, name, expected)),
      ...Object.entries(storages).map(([name, storage]) => kill(storageConformance, storage, name, expected)),
    ];
    try {
      await Promise.all(runs);
    } catch (error) {
      if (process.env['CI'] === 'true' || !isTestbedError(error, 'UNSUPPORTED')) throw error;
      process.stdout.write(`SKIP: ${error.message}\n`);
    }
  });
}

test.run();
