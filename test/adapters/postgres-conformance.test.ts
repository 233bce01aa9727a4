/** Postgres against the conformance suites on real servers, bare and through an empty gate, which must be transparent. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Adapter, Traits } from '../../adapters/adapter.ts';
import {
  busConformance,
  type ConformanceSuite,
  runConformance,
  storageConformance,
} from '../../adapters/conformance/index.ts';
import { postgresBus, postgresStorage } from '../../adapters/postgres/index.ts';
import { createGate, gateBus, gateStorage } from '../../chaos/gate.ts';
import { startPostgres, testsOn } from './postgres-kit.ts';

const url = new URL('../../adapters/postgres/index.ts', import.meta.url).href;
const probe = await startPostgres('none');
const onServer = testsOn(probe, test);

async function register<Port, T extends Traits>(
  title: string,
  suite: ConformanceSuite<Port, T>,
  adapter: Adapter<Port, T>,
  options: {
    readonly exported: string;
    readonly wrap?: (port: Port) => Port;
    readonly options?: { readonly [name: string]: number };
  },
): Promise<void> {
  const { exported, ...others } = options;
  const module = { url, name: exported };
  const results = probe === null ? [] : await runConformance(suite, adapter, { module, ...others });
  for (const each of suite) {
    const name = `${title}: ${each.name}`;
    const result = results.find((one) => one.name === each.name);
    onServer(name, async () => assert.is(result?.outcome, 'passed', `${name}: ${result?.reason}`));
  }
}

/** The death of a consumer is noticed sooner than it would be by default. */
const bus = { exported: 'postgresBus', options: { leaseMs: 500 } };
const storage = { exported: 'postgresStorage' };

await register('bus', busConformance, postgresBus, bus);
await register('bus, gated', busConformance, postgresBus, {
  ...bus,
  wrap: (port) => gateBus(port, createGate()),
});
await register('storage', storageConformance, postgresStorage, storage);
await register('storage, gated', storageConformance, postgresStorage, {
  ...storage,
  wrap: (port) => gateStorage(port, createGate()),
});

test.run();
