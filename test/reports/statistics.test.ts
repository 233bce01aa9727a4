import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { spreadOf } from '../../reports/statistics.ts';

const rows: readonly (readonly [values: readonly number[], min: number, median: number, max: number])[] = [
  [[7], 7, 7, 7],
  [[3, 1], 1, 2, 3],
  [[10, 9, 100], 9, 10, 100],
  [[4, 1, 3, 2], 1, 2.5, 4],
  [[-1, -10, 0, 2, 1], -10, 0, 2],
];

for (const [values, min, median, max] of rows) {
  test(`median of ${values} is ${median}`, () => {
    const given = [...values];
    assert.equal(spreadOf(given), { count: values.length, min, median, max });
    assert.equal(given, values, 'what was given is not sorted in place');
  });
}

test('nothing has no median', () => {
  assert.is(spreadOf([]), null);
});

test.run();
