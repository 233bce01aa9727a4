import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadBus, loadStorage } from '../../adapters/table.ts';
import type { GivenAddresses } from '../../scenarios/run/provision.ts';
import { unharmable } from '../../scenarios/run/unharmable.ts';

const somebodys: GivenAddresses = { redis: { url: 'redis://127.0.0.1' } };

// biome-ignore format: a table
const rows: readonly (readonly [fault: string, on: string, bus: string, storage: string, given: GivenAddresses, replicas: number, says: string | null])[] = [
  ['kill', 'bus.server', 'redis', 'sqlite', {}, 0, null],
  ['kill', 'storage.server', 'redis', 'sqlite', {}, 0, 'storage sqlite lives in our own process and has no server'],
  ['latency', 'bus.link', 'memory', 'memory', {}, 0, 'bus memory lives in our own process and has no server'],
  ['kill', 'bus.server', 'redis', 'redis', somebodys, 0, "the redis server is somebody's, and not ours to harm"],
  ['latency', 'bus.link', 'redis', 'redis', somebodys, 0, null],
  ['redis-pause', 'storage.server', 'redis', 'postgres', {}, 0, 'it is done by a redis server, and storage.server is none'],
  ['redis-pause', 'bus.server', 'redis', 'postgres', {}, 0, null],
  ['kill', 'replica.server', 'redis', 'redis', {}, 0, 'the scenario asks for no replicas'],
  ['kill', 'replica.server', 'redis', 'redis', {}, 1, null],
  ['partition', 'replication.link', 'redis', 'redis', {}, 0, 'the scenario asks for no replicas'],
  ['partition', 'replication.link', 'redis', 'redis', {}, 1, null],
  ['delay', 'bus.calls', 'memory', 'memory', {}, 0, null],
];
for (const [fault, on, busName, storageName, given, replicas, says] of rows) {
  test(`${fault} on ${on} of ${busName}+${storageName}: ${says ?? 'can be done'}`, async () => {
    const [bus, storage] = [await loadBus(busName), await loadStorage(storageName)];
    const order = { atMs: 0, forMs: 100, fault, on, direction: 'both', options: {} } as const;
    const reason = unharmable([order], { bus, storage, given, replicas });
    assert.is(reason, says === null ? null : `fault ${fault} on ${on}: ${says}`);
  });
}

test.run();
