/** The bus against Testbed's conformance suite, on a server of its own: one test for each that its traits claim. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { busConformance, runConformance } from 'testbed/conformance';
import { bus } from './bus.ts';

const module = { url: import.meta.resolve('./bus.ts'), name: 'bus' };
// On a busy machine 5,000 links of a chain take their time; only what never comes should miss the deadline.
const results = await runConformance(busConformance, bus, { module, deadlineMs: 30_000 });
for (const { name, outcome, reason, meaning } of results) {
  const skip = outcome === 'skipped' && (reason ?? true);
  test(name, { skip }, () => assert.equal(outcome, 'passed', `${reason}\n${meaning}`));
}
