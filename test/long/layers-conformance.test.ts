/** Hot store and query cache against the suite of the storage they are laid over: a layer must pass what it covers passes. */
import { test } from 'uvu';
import { storageConformance } from '../../adapters/conformance/index.ts';
import * as layered from '../adapters/layers-kit.ts';
import { registerLayer } from './register-layer.ts';

const { memoryOverSqlite, sqliteOverSqlite, cachedSqlite } = layered;
for (const [exported, storage] of Object.entries({
  memoryOverSqlite,
  sqliteOverSqlite,
  cachedSqlite,
})) {
  await registerLayer(storageConformance, exported, storage);
}

test.run();
