/** Our statistics beside those of SciPy and statsmodels: test/fixtures/statistics/make.py says of which versions, and how. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { falseDiscoveryRates, holm } from '../../reports/gate/many-tests.ts';
import { locationOf, signedRank } from '../../reports/signed-rank.ts';
import fixtures from '../fixtures/statistics/statistics.json' with { type: 'json' };
import { exactShare } from '../prove/gate/exact-share.ts';

const close = 1e-9;

function agree(ours: number | null | undefined, theirs: number | null, what: string): void {
  if (theirs === null) assert.is(ours, null, what);
  else assert.ok(Math.abs((ours ?? Number.NaN) - theirs) <= close, `${what}: ${ours}, not ${theirs}`);
}

test('the signed-rank test, exact up to 50 differences, with equal sizes and zeros', () => {
  assert.ok(fixtures.signedRank.length >= 30);
  for (const { differences, greater, less, twoSided } of fixtures.signedRank) {
    const ours = signedRank(differences);
    agree(ours.greater, greater, `greater of ${differences}`);
    agree(ours.less, less, `less of ${differences}`);
    agree(ours.twoSided, twoSided, `two-sided of ${differences}`);
  }
});

test('the Hodges-Lehmann estimate and its interval', () => {
  const bounded = fixtures.hodgesLehmann.filter(({ low }) => low !== null);
  assert.ok(bounded.length >= 14 && bounded.length < fixtures.hodgesLehmann.length);
  for (const { values, confidence, estimate, low, high } of fixtures.hodgesLehmann) {
    const ours = locationOf(values, confidence);
    const what = `at ${confidence} of ${values}`;
    agree(ours.estimate, estimate, `estimate ${what}`);
    agree(ours.interval === null ? null : ours.interval.low, low, `low ${what}`);
    agree(ours.interval === null ? null : ours.interval.high, high, `high ${what}`);
  }
});

test("Holm's procedure rejects where the adjusted p is below alpha, and there alone, to a billionth", () => {
  for (const { ps, holm: adjusted } of fixtures.several) {
    for (const [at, p] of adjusted.entries()) {
      const rejects = (alpha: number): boolean | undefined => holm(ps, alpha)[at]?.rejected;
      // An adjusted p that would be larger than 1 is given as 1.
      if (p === 1) continue;
      assert.is(rejects(p + close), true, `${ps} at ${p}`);
      assert.is(rejects(p - close), false, `${ps} below ${p}`);
    }
  }
});

test("Benjamini and Hochberg's adjusted p", () => {
  for (const { ps, benjaminiHochberg } of fixtures.several) {
    for (const [at, ours] of falseDiscoveryRates(ps).entries())
      agree(ours, benjaminiHochberg[at] ?? null, `${ps}`);
  }
});

test("Clopper and Pearson's interval", () => {
  for (const { found, count, confidence, low, high } of fixtures.shares) {
    const ours = exactShare(found, count, confidence);
    agree(ours.low, low, `low of ${found} in ${count}`);
    agree(ours.high, high, `high of ${found} in ${count}`);
  }
});

test.run();
