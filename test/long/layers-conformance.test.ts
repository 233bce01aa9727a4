/** Hot store and query cache against the suite of the storage they are laid over: a layer must pass what it covers passes. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { storageConformance } from '../../adapters/conformance/index.ts';
import * as layered from '../adapters/layers-kit.ts';
import { unclaimedBy } from '../adapters/unclaimed.ts';
import { registerLayer } from './register-layer.ts';

const { memoryOverSqlite, sqliteOverSqlite, cachedSqlite } = layered;
for (const [exported, storage] of Object.entries({
  memoryOverSqlite,
  sqliteOverSqlite,
  cachedSqlite,
})) {
  const unclaimed = await registerLayer(storageConformance, exported, storage);
  test(`${exported}: is held to all that it claims`, () => {
    assert.equal(unclaimed, unclaimedBy(storageConformance, storage.traits));
  });
}

test.run();
