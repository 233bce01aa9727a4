/** From records to the answer of a search: what a probe says, what the search came to, and what a result is judged by. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formats } from '../../reports/formats/table-of-formats.ts';
import type { Finding, RunRecord, Verdict } from '../../reports/record.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { answerOf, type Edge, limitText } from '../../reports/search/answer.ts';
import {
  answerSearch,
  judgedVerdicts,
  searchDoubts,
  searchesOf,
  withoutProbes,
} from '../../reports/search/of-result.ts';
import { type Outcome, type SearchPlan, valueText } from '../../reports/search/plan.ts';
import { probeOf, type SeenProbe } from '../../reports/search/seen-probe.ts';
import { number, rule, sampleIndex, sampleRecord, sampleResult } from './sample-record.ts';

const plan: SearchPlan = {
  vary: 'events',
  from: 100,
  to: 10_000,
  within: 0.05,
  confidence: 0.75,
  probes: 12,
};

const finding = (verdict: Finding['verdict'], about: string): Finding => ({
  verdict,
  about,
  detail: 'so and so',
});
const slow = finding('INCONCLUSIVE', 'generator too slow');
const lateBound = rule('event_delivery_ms', ['p(99) < 0.5']);
const tooMany = { rules: [rule('errors', ['value <= 0'])], metrics: { errors: number(4) } };
const broken: RunRecord['checks'] = [
  { check: 'no-lost-acked', verdict: 'FAIL', detail: '3 lost', evidence: [] },
];

// biome-ignore format: a table
const probes: readonly (readonly [what: string, record: Partial<RunRecord> | null, outcome: Outcome, says: RegExp])[] = [
  ['all that was asked for', {}, 'held', /^$/],
  ['outside a healthy bound only', { rules: [rule('spawn_ms', ['avg < 500'], ['avg < 20'])] }, 'held', /^$/],
  ['a bound that is broken', { rules: [lateBound] }, 'broke', /^event_delivery_ms p\(99\) < 0\.5, was 0\.93 ms$/],
  ['the same while the generator did not keep up', { rules: [lateBound], findings: [slow] }, 'blind', /^generator too slow: so and so$/],
  ['errors, whoever was too slow', { ...tooMany, findings: [slow] }, 'broke', /^errors value <= 0, was 4$/],
  ['a broken check, whoever was too slow', { checks: broken, findings: [slow] }, 'broke', /^check no-lost-acked: 3 lost$/],
  ['stopped since a bound was lost', { findings: [finding('FAIL', 'abort')] }, 'broke', /^abort: so and so$/],
  ['not taken in', { findings: [finding('INCONCLUSIVE', 'late sends')], generator: { lateSends: 9, unmannedSends: 1 } }, 'broke', /^so and so$/],
  ['nobody there to send', { findings: [finding('INCONCLUSIVE', 'late sends')], generator: { lateSends: 9, unmannedSends: 8 } }, 'blind', /^late sends: so and so$/],
  ['not measured', { rules: [rule('publish_ms', ['avg < 5'])] }, 'blind', /^publish_ms avg < 5: /],
  ['interrupted', { interrupted: true, findings: [slow] }, 'blind', /^interrupted$/],
  ['no record', null, 'blind', /^its process died$/],
];

for (const [what, given, outcome, says] of probes) {
  test(`a probe: ${what}`, () => {
    const record = given === null ? null : sampleRecord(given);
    const cell = {
      scenario: 'stress',
      stack: 'memory',
      iteration: 2,
      seed: 1,
      verdict: 'FAIL',
      record: null,
      reason: 'its process died',
    } as const;
    const seen = probeOf(plan, 1000, cell, record);
    assert.is(seen.outcome, outcome);
    assert.match(seen.reasons.join('; '), says);
    assert.is(seen.iteration, 2);
  });
}

test('what was done of what was asked for points to the edge', () => {
  const metrics = { achieved_ratio: number(0.2, 'ratio'), messages_per_s: number(300, '1/s') };
  const record = sampleRecord({ metrics });
  const [cell] = sampleIndex([record]).cells as [ReturnType<typeof sampleIndex>['cells'][number]];
  assert.is(probeOf(plan, 1000, cell, record).achieved, 0.2);
  assert.is(probeOf({ ...plan, vary: 'messages' }, 1000, cell, record).achieved, 0.3);
  assert.is(probeOf({ ...plan, vary: 'messages' }, 100, cell, record).achieved, 1);
  assert.is(probeOf({ ...plan, vary: 'transitions' }, 1000, cell, record).achieved, null);
});

const seen = (value: number, outcome: Outcome, lacksGenerator = false): SeenProbe => ({
  value,
  outcome,
  achieved: null,
  iteration: 1,
  reasons: outcome === 'held' ? [] : [`${outcome} at ${value}`],
  lacksGenerator,
});
const times = (count: number, probe: SeenProbe): readonly SeenProbe[] =>
  Array.from({ length: count }, () => probe);

// biome-ignore format: a table
const answers: readonly (readonly [edge: Edge, verdict: Verdict, probes: readonly SeenProbe[], limit: string, sure: number])[] = [
  ['stack', 'PASS', [...times(4, seen(1000, 'held')), ...times(4, seen(1040, 'broke'))], '1000/s', 0.75],
  ['stack', 'INCONCLUSIVE', [seen(1000, 'held'), seen(2000, 'broke')], '1000/s', 0],
  ['generator', 'INCONCLUSIVE', [...times(3, seen(1000, 'held')), ...times(2, seen(1040, 'blind', true))], 'at least 1000/s', 0.75],
  ['unseen', 'INCONCLUSIVE', [...times(3, seen(1000, 'held')), ...times(2, seen(1040, 'blind'))], 'at least 1000/s', 0.75],
  ['range', 'PASS', times(3, seen(10_000, 'held')), 'at least 10000/s', 0.75],
  ['below', 'FAIL', times(3, seen(100, 'broke')), 'below 100/s', 0.75],
  ['below', 'INCONCLUSIVE', [seen(100, 'broke')], 'below 100/s', 0],
  ['unknown', 'INCONCLUSIVE', times(2, seen(100, 'blind')), 'unknown', 0],
  ['unknown', 'INCONCLUSIVE', [], 'unknown', 0],
];

for (const [edge, verdict, given, limit, sure] of answers) {
  test(`an answer: ${edge}, ${verdict}, ${given.length} probes`, () => {
    const answer = answerOf(plan, given);
    assert.equal([answer.edge, answer.verdict, answer.confidence], [edge, verdict, sure]);
    assert.is(limitText(plan, answer), limit);
    const broke = given.find(({ outcome }) => outcome !== 'held');
    assert.equal(answer.reasons, broke?.reasons ?? []);
  });
}

/** A search of one stack as a run leaves it, and a cell of another scenario beside it. */
function searchResult(): ResultSet {
  const at = (value: number, iteration: number, given: Partial<RunRecord> = {}): RunRecord =>
    sampleRecord({
      scenario: 'limit',
      iteration,
      parameters: { events: valueText('events', value) },
      ...given,
    });
  const late = { rules: [lateBound] };
  const own = [1, 2, 3, 4].flatMap((iteration) => [at(1000, iteration), at(1040, iteration, late)]);
  const result = sampleResult([sampleRecord(), ...own]);
  const { cells } = result.index;
  const asked = { scenario: 'limit', stack: 'memory', ...plan };
  const searches = [{ ...asked, answer: answerSearch(asked, cells, result.records) }];
  return { ...result, index: { ...result.index, searches, verdict: 'PASS' } };
}

test('a result is judged by what its search came to, not by the probes that broke', () => {
  const result = searchResult();
  assert.equal(judgedVerdicts(result), ['PASS', 'PASS']);
  assert.equal(
    withoutProbes(result).index.cells.map(({ scenario }) => scenario),
    ['stress'],
  );
  const [searched] = searchesOf(result);
  assert.equal([searched?.answer.limit, searched?.answer.breaksAt, searched?.probes.length], [1000, 1040, 8]);
});

test('a cell with another value beside the varied one is no probe of this search', () => {
  const result = searchResult();
  const [search] = result.index.searches ?? [];
  const other = {
    ...result.index,
    searches: [{ ...search, parameters: { agents: 5 } }],
  } as ResultSet['index'];
  assert.is(withoutProbes({ ...result, index: other }).index.cells.length, 9);
});

test('an answer that does not follow from the records is a doubt', () => {
  const result = searchResult();
  assert.equal(searchDoubts(result), []);
  const [search] = result.index.searches ?? [];
  const better = { ...search, answer: { ...search?.answer, limit: 5000 } };
  const index = { ...result.index, searches: [better] } as ResultSet['index'];
  assert.match(
    searchDoubts({ ...result, index })[0] ?? '',
    /limit on memory does not follow from its probes$/,
  );
});

test('table, Markdown, JSON and page tell limit, breaking point, what broke and how sure that is', () => {
  const result = searchResult();
  const table = formats.table(result, { width: 120 });
  assert.match(
    table,
    /current limit +breaking point +sure +probes +verdict\nmemory +1000\/s +1040\/s +75 % +8 +PASS/,
  );
  assert.match(
    table,
    /holds 1000\/s \(4 of 4 probes\), breaks at 1040\/s \(4 of 4 probes\): event_delivery_ms p\(99\) < 0\.5/,
  );
  assert.match(table, /1 cell and 1 search of 8 probes: 2 PASS/);
  assert.not.match(table, /events=1040/);
  assert.match(formats.full(result, { width: 120 }), /1040\/s/);
  assert.match(formats.markdown(result, {}), /\| memory \| 1000\/s \| 1040\/s \| 75 % \| 8 \|/);
  assert.match(
    formats.html(result, {}),
    /<h2 id="search-1">Limits: limit<\/h2>.*holds 1000\/s \(4 of 4 probes\)/s,
  );
  const [told] = JSON.parse(formats.json(result, {})).searches;
  assert.equal([told.answer.limit, told.probes.length], [1000, 8]);
});

test.run();
