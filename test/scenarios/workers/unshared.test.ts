import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadBus, loadStorage } from '../../../adapters/table.ts';
import type { Scenario } from '../../../scenarios/scenario.ts';
import { unshared } from '../../../scenarios/workers/unshared.ts';

type Asked = Pick<Scenario, 'load' | 'driver'>;

const load = { workers: 2 };
const rows: readonly (readonly [stack: string, asked: Asked, ownStorage: boolean, why: RegExp | null])[] = [
  ['memory', {}, false, null],
  ['memory', { load }, false, /^load.workers: bus memory is reached from its own process alone/],
  ['memory', { load, driver: 'websocket' }, false, null],
  ['memory', { load, driver: 'http' }, true, null],
  ['sqlite', { load }, false, null],
  ['redis', { load }, false, null],
  ['redis-pubsub+memory', { load }, false, /^load.workers: storage memory is reached/],
  ['redis+postgres', { load }, false, null],
  ['redis+postgres', { load }, true, /^load.workers: a system with a storage of its own/],
];

for (const [stack, asked, ownStorage, why] of rows) {
  const what = JSON.stringify(asked);
  test(`${stack} ${what}${ownStorage ? ', own storage' : ''}: ${why === null ? 'played' : 'UNSUPPORTED'}`, async () => {
    const [bus = '', storage = bus] = stack.split('+');
    const parts = { bus: await loadBus(bus), storage: await loadStorage(storage), ownStorage };
    const reason = unshared(asked, parts);
    if (why === null) assert.is(reason, null);
    else assert.match(reason ?? '', why);
  });
}

test.run();
