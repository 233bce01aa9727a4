/** The bus against Testbed's conformance suite, on a server of its own: one test for each that its traits claim. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { busConformance, runConformance } from 'testbed/conformance';
import { bus } from './bus.ts';

const module = { url: import.meta.resolve('./bus.ts'), name: 'bus' };
for (const { name, outcome, reason, meaning } of await runConformance(busConformance, bus, { module })) {
  const skip = outcome === 'skipped' && (reason ?? true);
  test(name, { skip }, () => assert.equal(outcome, 'passed', `${reason}\n${meaning}`));
}
