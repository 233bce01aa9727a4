/** The committed list of the doubles says what a drill still finds: a few of them, drawn by the day, are drilled again. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { doubles } from '../doubles/table.ts';
import { failedIn, findDouble, mostSeeds, playDecorated } from './double.ts';
import { readDoubles } from './evidence.ts';
import { sampleOf, today } from './sample.ts';

test('every double is in the list, found within the seeds it has', () => {
  const listed = readDoubles();
  assert.equal(listed.map(({ double }) => double).sort(), doubles.map(({ name }) => name).sort());
  for (const { double, seed, checks } of listed) {
    assert.ok(seed !== null && seed >= 1 && seed <= mostSeeds, double);
    assert.ok(checks.length > 0, double);
  }
});

for (const listed of sampleOf(readDoubles(), 3, today())) {
  test(`found again: ${listed.double}, by seed ${listed.seed}`, async () => {
    const double = doubles.find(({ name }) => name === listed.double);
    assert.ok(double);
    assert.equal(await findDouble(double), listed);
  });
}

test('a system with nothing wrong is not found', async () => {
  assert.equal(failedIn(await playDecorated({}, 1)), []);
});

test.run();
