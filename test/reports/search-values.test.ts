/** Searches for a known edge, with injected answers: how near, in how many probes, how sure, and what noise does to it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../core/random.ts';
import { bracketOf } from '../../reports/search/bracket.ts';
import { confidenceOf } from '../../reports/search/confidence.ts';
import { isClosed, nextValue } from '../../reports/search/next-value.ts';
import type { Outcome, Probe, SearchPlan } from '../../reports/search/plan.ts';

const plan: SearchPlan = {
  vary: 'events',
  from: 100,
  to: 1_000_000,
  within: 0.05,
  confidence: 0.75,
  probes: 12,
};

type Answer = Omit<Probe, 'value'>;

function searched(how: SearchPlan, answer: (value: number) => Answer): readonly Probe[] {
  const probes: Probe[] = [];
  for (let value = nextValue(how, probes); value !== null; value = nextValue(how, probes)) {
    assert.ok(probes.length < how.probes, 'more probes than allowed');
    probes.push({ value, ...answer(value) });
  }
  return probes;
}

/** A stack that serves so many a second, and what it serves of more. */
const hardLimit =
  (limit: number): ((value: number) => Answer) =>
  (value) => ({ outcome: value <= limit ? 'held' : 'broke', achieved: Math.min(1, limit / value) });

test('a hard limit anywhere in the range is found within 5 %, in at most 12 probes', () => {
  for (let decade = 2.02; decade < 5.98; decade += 0.03) {
    const limit = 10 ** decade;
    const probes = searched(plan, hardLimit(limit));
    const { low, high } = bracketOf(probes);
    assert.ok(low !== null && high !== null && low.value <= limit && high.value > limit, `around ${limit}`);
    assert.ok(
      high.value <= low.value * 1.05 && isClosed(plan, probes),
      `near ${limit}: ${low.value} ${high.value}`,
    );
    assert.ok(probes.length <= 12 && confidenceOf({ low, high }, probes) >= 0.75);
  }
});

test('without a hint of where the limit is it is found all the same, less surely', () => {
  for (let decade = 2.02; decade < 5.98; decade += 0.03) {
    const limit = 10 ** decade;
    const probes = searched(plan, (value) => ({
      outcome: value <= limit ? 'held' : 'broke',
      achieved: null,
    }));
    const { low, high } = bracketOf(probes);
    assert.ok(low !== null && high !== null && low.value <= limit && high.value > limit);
    assert.ok(high.value <= low.value * 1.05 && probes.length <= 12);
  }
});

test('a hint that leads astray costs no more than the first probes', () => {
  const probes = searched({ ...plan, probes: 14 }, (value) => ({
    outcome: value <= 700 ? 'held' : 'broke',
    achieved: 0.9,
  }));
  const { low, high } = bracketOf(probes);
  assert.ok(
    low !== null && high !== null && low.value <= 700 && high.value > 700 && high.value <= low.value * 1.05,
  );
});

for (let blinded = 0; blinded < 12; blinded++) {
  test(`a moment in which nothing can be seen, at probe ${blinded + 1}, costs probes and not the answer`, () => {
    let played = 0;
    const probes = searched({ ...plan, probes: 20 }, (value) => {
      const seen = hardLimit(2000)(value);
      return played++ === blinded ? { ...seen, outcome: 'blind' } : seen;
    });
    const { low, high } = bracketOf(probes);
    assert.ok(
      low !== null && high !== null && low.value <= 2000 && high.value > 2000,
      `${low?.value} ${high?.value}`,
    );
    assert.ok(high.value <= low.value * 1.05, `${low.value} ${high.value}`);
  });
}

// biome-ignore format: a table
const ends: readonly (readonly [what: string, answer: (value: number) => Outcome, low: number | null, high: number | null, most: number])[] = [
  ['everything holds', () => 'held', 1_000_000, null, 5],
  ['nothing holds', () => 'broke', null, 100, 5],
  ['only the lowest value holds', (value) => (value <= 100 ? 'held' : 'broke'), 100, 104, 12],
  ['nothing can be seen', () => 'blind', null, 100, 4],
];

for (const [what, outcome, low, high, most] of ends) {
  test(`${what}: the search ends there`, () => {
    const probes = searched(plan, (value) => ({ outcome: outcome(value), achieved: null }));
    const bracket = bracketOf(probes);
    assert.is(bracket.low?.value ?? null, low);
    if (high === null) assert.is(bracket.high, null);
    else assert.ok((bracket.high?.value ?? Number.POSITIVE_INFINITY) <= high * 1.01);
    assert.ok(probes.length <= most, `${probes.length} probes`);
  });
}

test('where nothing can be seen any more the search ends, and does not use up its probes', () => {
  let played = 0;
  const probes = searched({ ...plan, probes: 50 }, () => ({
    outcome: played++ < 4 ? 'broke' : 'blind',
    achieved: null,
  }));
  assert.ok(probes.length <= 7, `${probes.length} probes`);
});

test('whole numbers are never divided', () => {
  const agents: SearchPlan = { ...plan, vary: 'agents', from: 1, to: 100 };
  const probes = searched(agents, (value) => ({ outcome: value <= 7 ? 'held' : 'broke', achieved: null }));
  const { low, high } = bracketOf(probes);
  assert.equal([low?.value, high?.value], [7, 8]);
  assert.ok(probes.every(({ value }) => Number.isInteger(value)));
});

test('the same probes are followed by the same value: a search goes on as it would have', () => {
  const all = searched(plan, hardLimit(2000));
  for (let at = 0; at < all.length; at++) assert.is(nextValue(plan, all.slice(0, at)), all[at]?.value);
});

const probe = (value: number, outcome: Outcome): Probe => ({ value, outcome, achieved: null });

// biome-ignore format: a table
const brackets: readonly (readonly [what: string, probes: readonly Probe[], low: number | null, high: number | null])[] = [
  ['one that broke by chance far below', [probe(500, 'broke'), probe(2000, 'held'), probe(2000, 'held')], 2000, null],
  ['one that held by chance far above', [probe(1000, 'held'), probe(3000, 'broke'), probe(9000, 'held'), probe(9000, 'broke')], 1000, 3000],
  ['a draw holds not', [probe(1000, 'held'), probe(2000, 'held'), probe(2000, 'broke')], 1000, 2000],
  ['what could not be seen holds not', [probe(1000, 'held'), probe(2000, 'blind')], 1000, 2000],
];

for (const [what, probes, low, high] of brackets) {
  test(`contradictions: ${what}`, () => {
    const bracket = bracketOf(probes);
    assert.equal([bracket.low?.value ?? null, bracket.high?.value ?? null], [low, high]);
  });
}

test('a first probe proves nothing, each one after it halves the doubt, and a second try doubles it', () => {
  const sure = (...probes: Probe[]): number => confidenceOf(bracketOf(probes), probes);
  const [held, broke] = [probe(1000, 'held'), probe(1040, 'broke')];
  assert.is(sure(held, broke), 0);
  assert.is(sure(held, held, held, broke, broke, broke), 0.5);
  assert.is(sure(held, held, held, held, broke, broke, broke, broke), 0.75);
  assert.is(sure(held, held, held, held), 0.875, 'nothing is claimed of the other side');
  assert.is(sure(held, held, held, probe(1040, 'blind')), 0.75, 'nor where it could not be seen');
  const unseen = [broke, probe(1040, 'blind'), broke, broke, broke];
  assert.is(
    sure(held, held, held, held, ...unseen),
    0.75,
    'what could not be seen says nothing of what broke',
  );
  const tried = [probe(1100, 'held'), probe(1100, 'broke'), probe(1100, 'broke')];
  assert.is(sure(held, held, held, held, ...tried), 0.5, '1/4 for two values, and 1/4 for two of two');
});

test('where probes hold only mostly, the bracket lies around the edge at least as often as it says', () => {
  const random = createRandom(7);
  let [claimed, right] = [0, 0];
  const searches = 400;
  for (let at = 0; at < searches; at++) {
    const limit = 100 * 10 ** (4 * (0.02 + 0.96 * random.next()));
    const probes = searched(plan, (value) => {
      const chance = 1 / (1 + Math.exp(Math.log(value / limit) / 0.01));
      return { outcome: random.next() < chance ? 'held' : 'broke', achieved: Math.min(1, limit / value) };
    });
    const bracket = bracketOf(probes);
    claimed += confidenceOf(bracket, probes) / searches;
    right +=
      (bracket.low?.value ?? 0) <= limit && (bracket.high?.value ?? Number.POSITIVE_INFINITY) >= limit
        ? 1 / searches
        : 0;
  }
  assert.ok(right >= claimed, `claimed ${claimed}, was ${right}`);
});

test.run();
