/**
 * Every adapter against the conformance suites, bare and through an empty gate, which must be transparent.
 * `ADAPTERS=memory,sqlite` narrows. What an adapter's traits do not claim is skipped, and said.
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

const wanted = process.env['ADAPTERS']?.split(',');
const folder = new URL('../../adapters/', import.meta.url).href;

function register<Port, T extends Traits>(options: {
  readonly title: string;
  readonly tests: ConformanceSuite<Port, T>;
  readonly adapter: Adapter<Port, T>;
  readonly exported: string;
  readonly wrap?: (port: Port) => Port;
}): void {
  const { adapter, exported, wrap } = options;
  const module = { url: `${folder}${adapter.name}/index.ts`, name: exported };
  const cases = suite(options.title);
  for (const test of options.tests) {
    if (test.applies !== undefined && !test.applies(adapter.traits)) {
      if (wrap !== undefined) continue;
      process.stdout.write(`SKIP ${options.title}: ${test.name}: needs ${test.needs}\n`);
      cases.skip(test.name);
      continue;
    }
    cases(test.name, async () => {
      const [result] = await runConformance([test], adapter, {
        module,
        ...(wrap === undefined ? {} : { wrap }),
      });
      assert.is(result?.outcome, 'passed', `${test.name}: ${result?.reason}`);
    });
  }
  cases.run();
}

for (const [name, load] of Object.entries(busAdapters)) {
  if (wanted !== undefined && !wanted.includes(name)) continue;
  const adapter = await load();
  const common = { tests: busConformance, adapter, exported: `${name}Bus` };
  register({ title: `${name} bus`, ...common });
  register({ title: `${name} bus, gated`, ...common, wrap: (bus) => gateBus(bus, createGate()) });
}

for (const [name, load] of Object.entries(storageAdapters)) {
  if (wanted !== undefined && !wanted.includes(name)) continue;
  const adapter = await load();
  const common = { tests: storageConformance, adapter, exported: `${name}Storage` };
  register({ title: `${name} storage`, ...common });
  register({
    title: `${name} storage, gated`,
    ...common,
    wrap: (storage) => gateStorage(storage, createGate()),
  });
}
