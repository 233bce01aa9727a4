import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Adapter, Traits } from '../../adapters/adapter.ts';
import { type ConformanceSuite, runConformance } from '../../adapters/conformance/index.ts';
import { isUnclaimed } from '../adapters/unclaimed.ts';

const url = new URL('../adapters/layers-kit.ts', import.meta.url).href;

/**
 * Holds a layer over an adapter, which layers-kit.ts exports under a name, to the suite of what it covers: a test for each of its
 * tests. Resolves to the names of those that it was not held to, as nothing claims what they ask for.
 */
export async function registerLayer<Port, T extends Traits>(
  suite: ConformanceSuite<Port, T>,
  exported: string,
  adapter: Adapter<Port, T>,
): Promise<readonly string[]> {
  const unclaimed: string[] = [];
  for (const { name, outcome, reason } of await runConformance(suite, adapter, {
    module: { url, name: exported },
  })) {
    const title = `${exported}: ${name}`;
    if (isUnclaimed({ outcome, reason })) unclaimed.push(name);
    else test(title, () => assert.is(outcome, 'passed', `${title}: ${reason}`));
  }
  return unclaimed;
}
