/**
 * The examples' own tests: the two buses against the conformance suite on real servers, and what scenarios rely on of the
 * foreign core. What a bus's traits do not claim is no test of it.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { examples, parseTap, runOwnTests } from './example.ts';
import { unplayable } from './playable.ts';

for (const example of examples) {
  const why = unplayable(example);
  if (why !== null) {
    process.stdout.write(`SKIP examples/${example}: ${why}\n`);
    test.skip(`${example}: its own tests`, () => {});
    continue;
  }
  const { tests, output } = runOwnTests(example);
  const claimed = tests.filter(({ outcome }) => outcome !== 'skipped');
  test(`${example}: it has tests`, () => assert.ok(claimed.length > 0, output));
  for (const { name, outcome } of claimed)
    test(`${example}: ${name}`, () => assert.is(outcome, 'passed', output));
}

test('a test that fails, one that is skipped and one that passes are told apart', () => {
  const tap = 'TAP version 13\nok 1 - a # SKIP needs groups\nnot ok 2 - b\n    ok 1 - inner\nok 3 - c \\#1\n';
  assert.equal(parseTap(tap), [
    { name: 'a', outcome: 'skipped' },
    { name: 'b', outcome: 'failed' },
    { name: 'c #1', outcome: 'passed' },
  ]);
});

test.run();
