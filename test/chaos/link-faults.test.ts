import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FaultOptions } from '../../chaos/fault.ts';
import { startLinkProcess } from '../../chaos/link/link.ts';
import { findFault } from '../../chaos/table.ts';
import type { Target } from '../../chaos/target.ts';
import { startPostgres } from '../adapters/postgres-kit.ts';
import { startRedis, testsOn } from '../adapters/redis-kit.ts';
import { observableThenGone } from './fault-kit.ts';

const redis = await startRedis('none');
const postgres = await startPostgres('none');
test.after(() => postgres?.close());
const links = await startLinkProcess({ seed: 1 });
test.after(() => links.close());
let opened = 0;

async function linkTo(technology: string, url: string, direction: 'up' | 'down' | 'both'): Promise<Target> {
  const { hostname: host, port } = new URL(url);
  const link = await links.open({ name: `link ${++opened}`, upstream: `${host}:${port}` });
  return { kind: 'link', part: 'bus', direction, technology, link, direct: { host, port: Number(port) } };
}

// biome-ignore format: a table
const rows: readonly (readonly [fault: string, options: FaultOptions, direction: 'up' | 'down' | 'both'])[] = [
  ['latency', { delay: 60 }, 'both'],
  ['latency', { delay: 100 }, 'up'],
  ['bandwidth', { rate: 100_000 }, 'down'],
  ['slicer', {}, 'down'],
  ['slow-close', { delay: 100 }, 'down'],
  ['slow-close', { delay: 60 }, 'both'],
  ['limit-data', { bytes: 1000 }, 'down'],
  ['blackhole', {}, 'both'],
  ['blackhole', {}, 'down'],
  ['reset', {}, 'both'],
  ['down', {}, 'both'],
  ['half-open', {}, 'both'],
  ['partition', {}, 'both'],
  ['partition', {}, 'up'],
];

for (const [fault, options, direction] of rows) {
  testsOn(redis, test)(`${fault} ${direction}: observable, then gone`, async ({ address }) => {
    await observableThenGone(fault, await linkTo('redis', address.url, direction), options);
  });
}

test('on a link to Postgres, what shows with a short answer', async () => {
  if (postgres === null) return;
  for (const fault of ['blackhole', 'reset', 'down', 'half-open', 'partition'])
    await observableThenGone(fault, await linkTo('postgres', postgres.address.url, 'both'));
  for (const fault of ['latency', 'slow-close'])
    await observableThenGone(fault, await linkTo('postgres', postgres.address.url, 'both'), { delay: 60 });
});

test('what nobody could see from outside is unsupported, in words', async () => {
  const target = await linkTo('postgres', 'http://127.0.0.1:1', 'both');
  const why = await findFault('slicer')?.unsupported?.(target, {});
  assert.is(why, 'nobody could tell from outside whether a link to postgres has it');
});

test.run();
