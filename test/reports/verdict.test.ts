import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Verdict } from '../../reports/record.ts';
import {
  exitCodeOf,
  type FailOn,
  summaryVerdict,
  verdictOf,
  verdicts,
  worst,
} from '../../reports/verdict.ts';

const words: { readonly [letter: string]: Verdict } = {
  P: 'PASS',
  D: 'DEGRADED',
  F: 'FAIL',
  I: 'INCONCLUSIVE',
  U: 'UNSUPPORTED',
};
const spell = (letters: string): Verdict[] => [...letters].map((letter) => words[letter] as Verdict);

const rows: readonly (readonly [
  cells: string,
  worst: string,
  fail: number,
  degraded: number,
  unsupported: number,
])[] = [
  ['', 'I', 2, 2, 2],
  ['P', 'P', 0, 0, 0],
  ['PPP', 'P', 0, 0, 0],
  ['PD', 'D', 0, 1, 1],
  ['PI', 'I', 2, 2, 2],
  ['PF', 'F', 1, 1, 1],
  ['DI', 'I', 2, 1, 1],
  ['IF', 'F', 1, 1, 1],
  ['U', 'I', 2, 2, 1],
  ['UU', 'I', 2, 2, 1],
  ['UP', 'P', 0, 0, 1],
  ['UPD', 'D', 0, 1, 1],
  ['UPI', 'I', 2, 2, 1],
  ['UF', 'F', 1, 1, 1],
];

for (const [cells, expected, ...codes] of rows) {
  test(`"${cells}" is ${expected} and exits ${codes.join(', ')}`, () => {
    assert.is(worst(spell(cells)), words[expected]);
    for (const [at, failOn] of (['fail', 'degraded', 'unsupported'] as FailOn[]).entries()) {
      assert.is(exitCodeOf(spell(cells), failOn), codes[at], failOn);
    }
  });
}

test('order and repetition change nothing, and --fail-on never makes an exit code better', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...verdicts)), (given) => {
      assert.is(worst([...given].reverse()), worst(given));
      assert.is(worst([...given, ...given]), worst(given));
      const codes = (['fail', 'degraded', 'unsupported'] as const).map((level) => exitCodeOf(given, level));
      if (codes[0] === 1) assert.equal(codes, [1, 1, 1]);
      if (codes[1] === 1) assert.is(codes[2], 1);
      if (codes[0] === 0) assert.ok(given.includes('PASS') || given.includes('DEGRADED'));
    }),
  );
});

test('a line about cells that are all UNSUPPORTED says so; one that ran decides for the others', () => {
  assert.is(summaryVerdict(spell('UU')), 'UNSUPPORTED');
  assert.is(summaryVerdict(spell('UP')), 'PASS');
  assert.is(summaryVerdict([]), 'INCONCLUSIVE');
});

type CellRow = readonly [
  thresholds: string,
  checks: string,
  findings: string,
  interrupted: boolean,
  verdict: string,
];
const cellRows: readonly CellRow[] = [
  ['P', 'P', '', false, 'P'],
  ['P', '', '', false, 'P'],
  ['', 'P', '', false, 'P'],
  ['', '', '', false, 'I'],
  ['U', '', '', false, 'I'],
  ['', 'U', '', false, 'I'],
  ['', '', 'D', false, 'I'],
  ['', '', 'F', false, 'F'],
  ['PD', 'P', '', false, 'D'],
  ['PDI', 'P', '', false, 'I'],
  ['PDI', 'F', '', false, 'F'],
  ['F', 'P', '', false, 'F'],
  ['P', 'I', '', false, 'I'],
  ['P', 'P', 'I', false, 'I'],
  ['P', 'P', 'D', false, 'D'],
  ['P', 'P', 'F', false, 'F'],
  ['P', 'P', 'U', false, 'P'],
  ['P', 'P', 'N', false, 'P'],
  ['', '', 'N', false, 'I'],
  ['P', 'P', '', true, 'I'],
  ['D', 'P', '', true, 'I'],
  ['F', 'P', '', true, 'F'],
];

for (const [thresholds, checks, findings, interrupted, expected] of cellRows) {
  test(`cell: thresholds "${thresholds}" checks "${checks}" findings "${findings}"${interrupted ? ' interrupted' : ''} is ${expected}`, () => {
    const verdict = verdictOf({
      thresholds: spell(thresholds).map((verdict) => ({ verdict })),
      checks: spell(checks).map((verdict) => ({ verdict: verdict as 'PASS' })),
      findings: [...findings].map((letter) => ({
        verdict: letter === 'N' ? 'NOTE' : (words[letter] as Verdict),
      })),
      interrupted,
    });
    assert.is(verdict, words[expected]);
  });
}

test.run();
