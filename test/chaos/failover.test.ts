/** A primary that is lost, and its replica in its place: clients that come over a link are led there. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Place, Replica, Server, StorageAdapter } from '../../adapters/adapter.ts';
import { postgresStorage } from '../../adapters/postgres/index.ts';
import { redisStorage } from '../../adapters/redis/index.ts';
import type { FaultOptions } from '../../chaos/fault.ts';
import { startLinkProcess } from '../../chaos/link/link.ts';
import { findFault } from '../../chaos/table.ts';
import type { Target } from '../../chaos/target.ts';
import { systemClock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import { UndoStack } from '../../scenarios/run/undo.ts';
import { until } from '../adapters/redis-kit.ts';
import { scratch } from '../bin/command-line.ts';
import { storedAgent } from '../core/stand.ts';
import { observableThenGone } from './fault-kit.ts';

const folder = scratch();
test.after(() => folder.remove());
const links = await startLinkProcess({ seed: 1 });
test.after(() => links.close());
let pairs = 0;

/** A primary with a replica and a link in front of it; null where there is no such server: said, and with CI=true a failure. */
async function startPair(adapter: StorageAdapter, place: Place, undo: UndoStack) {
  try {
    const primary = (await adapter.serve?.(place)) as Server;
    undo.push('primary', () => primary.close());
    const replica = (await adapter.replicate?.(primary, place)) as Replica;
    undo.push('replica', () => replica.close());
    const { hostname, port } = new URL(primary.address.url);
    const way = await links.open({ name: `way ${++pairs}`, upstream: `${hostname}:${port}` });
    const url = new URL(primary.address.url);
    url.host = way.hostAndPort;
    return { primary, replica, way, url: url.href };
  } catch (error) {
    if (process.env['CI'] === 'true' || !isTestbedError(error, 'UNSUPPORTED')) throw error;
    process.stdout.write(`SKIP ${adapter.name}: ${error.message}\n`);
    return null;
  }
}

// biome-ignore format: a table
const rows: readonly (readonly [fault: string, adapter: StorageAdapter, options: FaultOptions])[] = [
  ['redis-failover', redisStorage, {}],
  ['redis-failover', redisStorage, { split: 50, min_replicas: 1 }],
  ['postgres-failover', postgresStorage, {}],
  ['postgres-failover', postgresStorage, { split: 50, synchronous: 1 }],
];

for (const [fault, adapter, options] of rows) {
  test(`${fault} ${JSON.stringify(options)}: observable, and who comes over the link finds its data on the replica`, async () => {
    const undo = new UndoStack();
    const place = { directory: folder.path, namespace: 'failover', durability: 'process-crash', options: {} };
    const pair = await startPair(adapter, place, undo);
    try {
      if (pair === null) return;
      const { primary, replica, way, url } = pair;
      const { port: storage, close } = await adapter.open(place, { url });
      undo.push('storage', close);
      await storage.agents.insert([storedAgent('before', { version: 1 })]);
      await until('the replica has it', async () => (await replica.lagBytes()) === 0);
      const technology = adapter.server as string;
      const target: Target = {
        ...{ kind: 'server', part: 'storage', technology, server: primary },
        successor: { server: replica, ways: [way] },
      };
      await observableThenGone(fault, target, options);
      await until('who comes over the link can write', () =>
        storage.agents.insert([storedAgent('after', { version: 1 })]).then(
          () => true,
          () => false,
        ),
      );
      for (const id of ['before', 'after']) assert.is((await storage.agents.get(id))?.id, id);
    } finally {
      assert.equal(await undo.run(systemClock), []);
    }
  });
}

test('who has no replica has no failover, in words', async () => {
  const target = { kind: 'server', part: 'storage', technology: 'redis' } as unknown as Target;
  for (const name of ['redis-failover', 'postgres-failover'])
    assert.match(
      String(await findFault(name)?.unsupported?.(target, {})),
      /no replica that could take its place/,
    );
});

test.run();
