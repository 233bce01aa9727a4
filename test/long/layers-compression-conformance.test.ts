/** Compression of nearly everything against the suites of bus and storage, on memory and SQLite. */
import { test } from 'uvu';
import { busConformance, storageConformance } from '../../adapters/conformance/index.ts';
import * as layered from '../adapters/layers-kit.ts';
import { registerLayer } from './register-layer.ts';

const { zstdMemoryBus, gzipSqliteBus, zstdSqliteStorage } = layered;
await registerLayer(busConformance, 'zstdMemoryBus', zstdMemoryBus);
await registerLayer(busConformance, 'gzipSqliteBus', gzipSqliteBus);
await registerLayer(storageConformance, 'zstdSqliteStorage', zstdSqliteStorage);

test.run();
