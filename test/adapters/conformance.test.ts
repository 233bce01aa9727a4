/**
 * Every adapter against the conformance suites, bare and through an empty gate, which must be transparent.
 * Those with a server have files of their own beside this one. `ADAPTERS=memory,sqlite` narrows. What an adapter's traits do not claim
 * is no test of it, and none is skipped: `testbed conformance NAME` lists it.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Adapter, Traits } from '../../adapters/adapter.ts';
import {
  busConformance,
  type ConformanceSuite,
  runConformance,
  storageConformance,
} from '../../adapters/conformance/index.ts';
import { busAdapters, storageAdapters } from '../../adapters/table.ts';
import { createGate, gateBus, gateStorage } from '../../chaos/gate.ts';
import { isTestbedError } from '../../core/error.ts';
import { isUnclaimed } from './unclaimed.ts';

const wanted = process.env['ADAPTERS']?.split(',');
const suites: ReturnType<typeof suite>[] = [];
const folder = new URL('../../adapters/', import.meta.url).href;

/** Runs the suite, then registers a test for each result. A missing server is a printed skip; with CI=true it fails. */
async function register<Port, T extends Traits>(options: {
  readonly title: string;
  readonly tests: ConformanceSuite<Port, T>;
  readonly adapter: Adapter<Port, T>;
  readonly exported: string;
  readonly wrap?: (port: Port) => Port;
}): Promise<void> {
  const { title, tests, adapter, exported, wrap } = options;
  const cases = suite(title);
  const skip = (name: string, reason: string | null): void => {
    process.stdout.write(`SKIP ${title}: ${name}: ${reason}\n`);
    cases.skip(name);
  };
  try {
    const module = { url: `${folder}${adapter.name}/index.ts`, name: exported };
    const results = await runConformance(tests, adapter, wrap === undefined ? { module } : { module, wrap });
    for (const { name, outcome, reason } of results) {
      if (isUnclaimed({ outcome, reason })) continue;
      cases(name, () => assert.is(outcome, 'passed', `${name}: ${reason}`));
    }
  } catch (error) {
    if (!isTestbedError(error, 'UNSUPPORTED') || process.env['CI'] === 'true') throw error;
    skip('all', error.message);
  }
  suites.push(cases);
}

for (const [name, load] of Object.entries(busAdapters)) {
  if (wanted !== undefined && !wanted.includes(name)) continue;
  const adapter = await load();
  if (adapter.serve !== undefined) continue;
  const common = { tests: busConformance, adapter, exported: `${name}Bus` };
  await register({ title: `${name} bus`, ...common });
  await register({ title: `${name} bus, gated`, ...common, wrap: (bus) => gateBus(bus, createGate()) });
}

for (const [name, load] of Object.entries(storageAdapters)) {
  if (wanted !== undefined && !wanted.includes(name)) continue;
  const adapter = await load();
  if (adapter.serve !== undefined) continue;
  const common = { tests: storageConformance, adapter, exported: `${name}Storage` };
  await register({ title: `${name} storage`, ...common });
  await register({
    title: `${name} storage, gated`,
    ...common,
    wrap: (storage) => gateStorage(storage, createGate()),
  });
}

for (const cases of suites) cases.run();
