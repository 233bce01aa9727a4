/** Bus and storage against Testbed's conformance suites: one test for each thing that their traits claim. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { busConformance, runConformance, storageConformance } from 'testbed/conformance';
import { bus, storage } from './index.ts';

const url = import.meta.resolve('./index.ts');
const results = [
  ...(await runConformance(busConformance, bus, { module: { url, name: 'bus' } })),
  ...(await runConformance(storageConformance, storage, { module: { url, name: 'storage' } })),
];

for (const { name, outcome, reason, meaning } of results) {
  const skip = outcome === 'skipped' && (reason ?? true);
  test(name, { skip }, () => assert.equal(outcome, 'passed', `${reason}\n${meaning}`));
}
