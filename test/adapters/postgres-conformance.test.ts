/** Postgres against the conformance suites on a real server, bare and through an empty gate, which must be transparent. */
import { tmpdir } from 'node:os';
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
const server = await startPostgres('process-crash');
const onServer = testsOn(server, test);

/** The suite on the server that this file started, whatever the adapter would start by itself. */
async function register<Port, T extends Traits>(
  title: string,
  suite: ConformanceSuite<Port, T>,
  { serve: _, ...adapter }: Adapter<Port, T>,
  options: {
    readonly exported: string;
    readonly wrap?: (port: Port) => Port;
    readonly options?: { readonly [name: string]: number };
  },
): Promise<void> {
  const { exported, ...others } = options;
  for (const { name } of suite) {
    onServer(`${title}: ${name}`, async ({ address }) => {
      const here: Adapter<Port, T> = { ...adapter, serve: async () => ({ ...idle, address }) };
      const [result] = await runConformance(suite, here, {
        module: { url, name: exported },
        directory: tmpdir(),
        only: (each) => each === name,
        ...others,
      });
      assert.is(result?.outcome, 'passed', `${name}: ${result?.reason}`);
    });
  }
}

/** A server that somebody else looks after. */
const nothing = async (): Promise<void> => {};
const idle = {
  pid: 0,
  kill: nothing,
  pause: nothing,
  resume: nothing,
  start: nothing,
  stop: nothing,
  close: nothing,
};

/** The death of a consumer is noticed sooner than it would be by default. */
const bus = { exported: 'postgresBus', options: { leaseMs: 500 } };

await register('bus', busConformance, postgresBus, bus);
await register('bus, gated', busConformance, postgresBus, {
  ...bus,
  wrap: (bus) => gateBus(bus, createGate()),
});
await register('storage', storageConformance, postgresStorage, { exported: 'postgresStorage' });
await register('storage, gated', storageConformance, postgresStorage, {
  exported: 'postgresStorage',
  wrap: (storage) => gateStorage(storage, createGate()),
});

test.run();
