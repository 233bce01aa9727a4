/** The gate's arithmetic, as tables: what n rounds can say, what Holm allows, and which verdict follows from an interval. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../core/random.ts';
import { decide, type Harm, roundsNeeded } from '../../reports/gate/decide.ts';
import { holm } from '../../reports/gate/many-tests.ts';

const [warn, fail] = [Math.log(1.03), Math.log(1.1)];
/** So many rounds around a ratio, a little apart from each other and as often above it as below. */
const rounds = (count: number, ratio: number, scatter = 0.001): readonly number[] =>
  Array.from(
    { length: count },
    (_, at) => Math.log(ratio) + scatter * (at - (count - 1) / 2) * (at % 2 === 0 ? 1 : -1),
  );
const harm = (harms: readonly number[]): Harm => ({ harms, warn, fail });
const alphaOfLook = 0.01 / 3;

const needs: readonly (readonly [alpha: number, metrics: number, rounds: number])[] = [
  [0.5, 1, 1],
  [0.01, 1, 7],
  [0.01, 5, 9],
  // Three looks and five metrics: 2^-11 is the first below 1/1500.
  [alphaOfLook, 5, 11],
  [alphaOfLook, 1, 9],
  [alphaOfLook, 20, 13],
  [0.25, 1, 2],
];
for (const [alpha, metrics, needed] of needs) {
  test(`${metrics} metrics at ${alpha} need ${needed} rounds, and one less says nothing`, () => {
    assert.is(roundsNeeded(alpha, metrics), needed);
    const family = (count: number): Harm[] => Array.from({ length: metrics }, () => harm(rounds(count, 3)));
    assert.equal(new Set(decide(family(needed), alpha).map(({ verdict }) => verdict)), new Set(['FAIL']));
    assert.equal(
      new Set(decide(family(needed - 1), alpha).map(({ verdict }) => verdict)),
      new Set(['INCONCLUSIVE']),
    );
  });
}

const verdicts: readonly (readonly [
  what: string,
  harms: readonly number[],
  verdict: string,
  settled: boolean,
])[] = [
  ['nothing at all', rounds(12, 1, 0), 'PASS', true],
  ['1 % worse', rounds(12, 1.01), 'PASS', true],
  ['better by half', rounds(12, 0.5), 'PASS', true],
  ['6 % worse, surely', rounds(12, 1.06), 'DEGRADED', true],
  ['9.5 % worse: it may be 10', rounds(12, 1.095, 0.003), 'DEGRADED', false],
  ['20 % worse', rounds(12, 1.2), 'FAIL', true],
  ['just at the warn margin', rounds(12, 1.03), 'INCONCLUSIVE', false],
  ['nothing, but with much scatter', rounds(12, 1, 0.02), 'INCONCLUSIVE', false],
  ['20 % worse, but in two rounds far better', [...rounds(10, 1.2), -1, -1], 'INCONCLUSIVE', false],
  ['no round', [], 'INCONCLUSIVE', false],
];
for (const [what, harms, verdict, settled] of verdicts) {
  test(`${what}: ${verdict}`, () => {
    const [found] = decide([harm(harms)], alphaOfLook);
    assert.equal([found?.verdict, found?.settled], [verdict, settled]);
  });
}

const steps: readonly (readonly [
  ps: readonly number[],
  rejected: readonly boolean[],
  levels: readonly number[],
])[] = [
  [[0.01], [true], [0.06]],
  [
    [0.02, 0.02, 0.02],
    [true, true, true],
    [0.02, 0.03, 0.06],
  ],
  [
    [0.06, 0.001, 0.03],
    [true, true, true],
    [0.06, 0.02, 0.03],
  ],
  // One that is not small enough stops the ones after it, however small these would have been alone.
  [
    [0.05, 0.001, 0.04],
    [false, true, false],
    [0.03, 0.02, 0.03],
  ],
  [
    [0.03, 0.03, 0.03],
    [false, false, false],
    [0.02, 0.02, 0.02],
  ],
];
for (const [ps, rejected, levels] of steps) {
  test(`Holm at 0.06 of ${ps}`, () => {
    const found = holm(ps, 0.06);
    assert.equal(
      found.map((step) => step.rejected),
      rejected,
    );
    for (const [at, { level }] of found.entries())
      assert.ok(Math.abs(level - (levels[at] as number)) < 1e-12);
  });
}

test('more metrics make it harder for one: what fails alone at 9 rounds does not beside four that are well', () => {
  const bad = harm(rounds(9, 1.5));
  assert.is(decide([bad], alphaOfLook)[0]?.verdict, 'FAIL');
  const others = Array.from({ length: 4 }, () => harm(rounds(9, 1)));
  assert.is(decide([bad, ...others], alphaOfLook)[0]?.verdict, 'INCONCLUSIVE');
});

test('the ends of the interval are those that the verdict was read from', () => {
  const random = createRandom(11);
  const seen = new Set<string>();
  for (let tries = 0; tries < 300; tries++) {
    const family = Array.from({ length: 3 }, (): Harm => {
      const shift = Math.log(0.95 + 0.25 * random.next());
      return harm(Array.from({ length: 12 }, () => shift + 0.04 * (random.next() - 0.5)));
    });
    for (const { verdict, low, high, estimate } of decide(family, alphaOfLook)) {
      seen.add(verdict);
      assert.is((low ?? 0) > fail, verdict === 'FAIL');
      if (verdict !== 'FAIL') assert.is((low ?? 0) > warn, verdict === 'DEGRADED');
      if (verdict !== 'FAIL' && verdict !== 'DEGRADED') assert.is((high ?? 1) < warn, verdict === 'PASS');
      assert.ok((low ?? 0) <= (estimate ?? 0) && (estimate ?? 0) <= (high ?? 1));
    }
  }
  assert.is(seen.size, 4, [...seen].join());
});

/** Triangular noise: symmetric, and of no family that the tests assume. */
const noisy = (count: number, shift: number, random: { next(): number }): readonly number[] =>
  Array.from({ length: count }, () => shift + 0.06 * (random.next() + random.next() - 1));

/** Two sides of which one value in ten is five times as far off: a machine that is sometimes busy. */
const unsteady: typeof noisy = (count, shift, random) => {
  const side = noisy(2 * count, 0, random).map((each) => each * (random.next() < 0.1 ? 5 : 1));
  return side.slice(count).map((head, at) => shift + head - (side[at] as number));
};

for (const [name, draw] of Object.entries({ noisy, unsteady })) {
  test(`${name}: the same code on both sides is all but never called slower; what it says it finds, it finds in 9 of 10`, () => {
    const random = createRandom(5);
    const tries = 1500;
    const isWorse = (shift: number): boolean => {
      const [{ verdict } = { verdict: 'PASS' }] = decide([harm(draw(12, shift, random))], 0.01);
      return verdict === 'FAIL' || verdict === 'DEGRADED';
    };
    const worseOf = (shift: number): number =>
      Array.from({ length: tries }, () => isWorse(shift)).filter(Boolean).length;
    const declared = Array.from(
      { length: tries },
      () => decide([harm(draw(12, 0, random))], 0.01)[0]?.detectable ?? Number.NaN,
    ).toSorted((one, other) => one - other);
    const detectable = declared[tries / 2] as number;
    assert.ok(worseOf(0) <= 2, 'false alarms');
    const found = worseOf(detectable);
    assert.ok(found >= 0.9 * tries, `found ${found} of ${tries} at ${detectable}`);
    // Nor is more declared than has to be: two thirds of what is beyond the margin is found less often.
    const less = worseOf(warn + (2 / 3) * (detectable - warn));
    assert.ok(less < 0.9 * tries, `found ${less} of ${tries} at two thirds`);
  });
}

test('at the edge of the margin itself the chance to be called worse keeps to alpha', () => {
  const random = createRandom(6);
  const tries = 2000;
  let crossed = 0;
  for (let at = 0; at < tries; at++) {
    const family = Array.from({ length: 3 }, () => harm(noisy(14, warn, random)));
    if (decide(family, 0.05).some(({ verdict }) => verdict === 'DEGRADED' || verdict === 'FAIL')) crossed++;
  }
  // 5 % of 2000 is 100; the drawn number of a true 5 % is below 135 in 999 of 1000 tries.
  assert.ok(crossed < 135, `${crossed} of ${tries}`);
});

test.run();
