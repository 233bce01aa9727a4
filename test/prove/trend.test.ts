/** The committed figures of trends are what anybody gets: lines that the day draws are made again, from their seeds. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sampleOf, today } from './sample.ts';
import { committedRows, rowOf, trendCases } from './trend.ts';

test('every case is in the list', () => {
  assert.equal(
    committedRows().map(([noise, results]) => `${noise} ${results}`),
    trendCases.map(({ noise, results }) => `${noise} ${results}`),
  );
});

for (const each of sampleOf(trendCases, 3, today())) {
  test(`${each.noise}, ${each.results} results, ${JSON.stringify(each.step)}`, () => {
    const at = trendCases.indexOf(each);
    assert.equal(rowOf(each), committedRows()[at]);
  });
}

test.run();
