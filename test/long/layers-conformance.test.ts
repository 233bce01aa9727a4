/** Hot store and query cache against the suite of the storage they are laid over: a layer must pass what it covers passes. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Adapter, Traits } from '../../adapters/adapter.ts';
import {
  type ConformanceSuite,
  runConformance,
  storageConformance,
} from '../../adapters/conformance/index.ts';
import * as layered from '../adapters/layers-kit.ts';
import { isUnclaimed } from '../adapters/unclaimed.ts';

const url = new URL('../adapters/layers-kit.ts', import.meta.url).href;

async function register<Port, T extends Traits>(
  suite: ConformanceSuite<Port, T>,
  exported: string,
  adapter: Adapter<Port, T>,
): Promise<void> {
  for (const { name, outcome, reason } of await runConformance(suite, adapter, {
    module: { url, name: exported },
  })) {
    const title = `${exported}: ${name}`;
    if (isUnclaimed({ outcome, reason })) continue;
    test(title, () => assert.is(outcome, 'passed', `${title}: ${reason}`));
  }
}

const { memoryOverSqlite, sqliteOverSqlite, cachedSqlite } = layered;
for (const [exported, storage] of Object.entries({
  memoryOverSqlite,
  sqliteOverSqlite,
  cachedSqlite,
})) {
  await register(storageConformance, exported, storage);
}

test.run();
