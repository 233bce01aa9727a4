/**
 * The adapters on Redis against the conformance suites on real servers, bare and through an empty gate, which must
 * be transparent.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Adapter, Traits } from '../../adapters/adapter.ts';
import {
  busConformance,
  type ConformanceSuite,
  runConformance,
  storageConformance,
} from '../../adapters/conformance/index.ts';
import { redisBus, redisPubsubBus, redisStorage } from '../../adapters/redis/index.ts';
import { createGate, gateBus, gateStorage } from '../../chaos/gate.ts';
import type { Bus } from '../../core/bus.ts';
import { startRedis, testsOn } from './redis-kit.ts';
import { isUnclaimed } from './unclaimed.ts';

const url = new URL('../../adapters/redis/index.ts', import.meta.url).href;
const probe = await startRedis('none');
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
  const results =
    probe === null
      ? []
      : await runConformance(suite, adapter, { module: { url, name: exported }, ...others });
  for (const each of suite) {
    const name = `${title}: ${each.name}`;
    const result = results.find((one) => one.name === each.name);
    if (result !== undefined && isUnclaimed(result)) continue;
    onServer(name, async () => assert.is(result?.outcome, 'passed', `${name}: ${result?.reason}`));
  }
}

/** What the traits do not claim is said once, not for the gate as well. */
function claimed<Port, T extends Traits>(suite: ConformanceSuite<Port, T>, { traits }: Adapter<Port, T>) {
  return suite.filter(({ applies }) => applies === undefined || applies(traits));
}

const gated = (bus: Bus): Bus => gateBus(bus, createGate());
/** The death of a consumer is noticed sooner than it would be by default. */
const bus = { exported: 'redisBus', options: { leaseMs: 500 } };
const pubsub = { exported: 'redisPubsubBus' };
const storage = { exported: 'redisStorage' };

await register('bus', busConformance, redisBus, bus);
await register('bus, gated', busConformance, redisBus, { ...bus, wrap: gated });
await register('pubsub', busConformance, redisPubsubBus, pubsub);
await register('pubsub, gated', claimed(busConformance, redisPubsubBus), redisPubsubBus, {
  ...pubsub,
  wrap: gated,
});
await register('storage', storageConformance, redisStorage, storage);
await register('storage, gated', storageConformance, redisStorage, {
  ...storage,
  wrap: (port) => gateStorage(port, createGate()),
});

test.run();
