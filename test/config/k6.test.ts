/** How a scenario asks for k6, with our script or the user's own. */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { complaintOf, fileOf, loadAll, loadText } from './broken.ts';

const script = 'export default function () {}\n';
const mine = fileOf(script, 'mine.ts');

function written(driver: string): string {
  return `name: by-k6\nworkload: { agents: 1, events: 10/s, phases: [{ name: steady, for: 1s }] }\ndriver: ${driver}\n`;
}

test('with our script, or with one that is found from the file that names it, as it is now', () => {
  const ours = loadText(written('k6'));
  assert.equal([ours.driver, ours.ownScript], ['k6', undefined]);
  const own = loadText(written('{ k6: ./mine.ts }'));
  const sha256 = createHash('sha256').update(script).digest('hex');
  assert.equal([own.driver, own.ownScript], ['k6', { path: mine, sha256 }]);
});

test('several drivers are cells of one table, named in words', () => {
  const scenarios = loadAll(written('[embedded, k6, { k6: ./mine.ts }]'));
  assert.equal(
    scenarios.map(({ driver, ownScript, parameters }) => [driver, ownScript?.path, parameters]),
    [
      [undefined, undefined, { driver: 'embedded' }],
      ['k6', undefined, { driver: 'k6' }],
      ['k6', mine, { driver: 'k6 ./mine.ts' }],
    ],
  );
});

const refused: readonly (readonly [what: string, driver: string, says: string])[] = [
  ['a script that is not there', '{ k6: ./theirs.ts }', 'driver.k6: "./theirs.ts": cannot be read: '],
  ['a script that is none', '{ k6: ./mine.yaml }', 'driver.k6: "./mine.yaml": a script ends in .ts or .js'],
  ['no script', '{ k6: "" }', 'driver.k6: '],
  ['a script of another driver', '{ autocannon: ./mine.ts }', 'driver.autocannon: '],
  ['a driver that is none', 'k7', 'driver: '],
  ['the same twice', '[k6, k6]', 'driver'],
];

for (const [what, driver, says] of refused) {
  test(`${what} is refused, with its place`, () => {
    const file = fileOf(
      written(driver),
      join('.', `refused-${refused.findIndex(([each]) => each === what)}.yaml`),
    );
    const complaint = complaintOf(file);
    assert.ok(complaint.startsWith(`${file}:3:`), complaint);
    assert.ok(complaint.includes(says), complaint);
    assert.is(dirname(file), dirname(mine));
  });
}

test.run();
