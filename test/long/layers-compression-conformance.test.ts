/** Compression of nearly everything against the suites of bus and storage, on memory and SQLite. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { busConformance, storageConformance } from '../../adapters/conformance/index.ts';
import { memoryBus } from '../../adapters/memory/index.ts';
import { sqliteBus, sqliteStorage } from '../../adapters/sqlite/index.ts';
import * as layered from '../adapters/layers-kit.ts';
import { unclaimedBy } from '../adapters/unclaimed.ts';
import { registerLayer } from './register-layer.ts';

const { zstdMemoryBus, gzipSqliteBus, zstdSqliteStorage } = layered;
const ofMemoryBus = await registerLayer(busConformance, 'zstdMemoryBus', zstdMemoryBus);
const ofSqliteBus = await registerLayer(busConformance, 'gzipSqliteBus', gzipSqliteBus);
const ofSqliteStorage = await registerLayer(storageConformance, 'zstdSqliteStorage', zstdSqliteStorage);

test('what is compressed is held to all that its adapter claims', () => {
  assert.equal(ofMemoryBus, unclaimedBy(busConformance, memoryBus.traits));
  assert.equal(ofSqliteBus, unclaimedBy(busConformance, sqliteBus.traits));
  assert.equal(ofSqliteStorage, unclaimedBy(storageConformance, sqliteStorage.traits));
});

test.run();
