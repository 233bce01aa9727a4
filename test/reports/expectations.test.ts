/** Tables of changes: which cells are pairs, what came true, what weighs how much. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { changePairs } from '../../reports/change.ts';
import { type ExpectedGain, type GainTable, gainFindings, gainsOf } from '../../reports/formats/gains.ts';
import { formats } from '../../reports/formats/table-of-formats.ts';
import { type WeightTable, weightsOf } from '../../reports/formats/weights.ts';
import type { RunRecord } from '../../reports/record.ts';
import { bound, number, sampleRecord, sampleResult } from './sample-record.ts';

interface Given extends Partial<RunRecord> {
  readonly value: number;
}

const cell = ({ value, ...given }: Given): RunRecord =>
  sampleRecord({
    metrics: { memory_growth_mb: number(value, 'MB'), errors: number(0) },
    rules: [],
    histograms: {},
    ...given,
  });

const change: ExpectedGain = {
  name: 'log with a bound',
  scenario: 'stress',
  metric: 'memory_growth_mb',
  phase: null,
  aggregator: 'value',
  before: { parameters: { log: 'unbounded' } },
  after: { parameters: { log: 100 } },
  expected: null,
};

const four = [
  cell({ value: 9, parameters: { log: 'unbounded', agents: 10 } }),
  cell({ value: 3, parameters: { log: 100, agents: 10 } }),
  cell({ value: 20, parameters: { log: 'unbounded', agents: 50 } }),
  cell({ value: 5, parameters: { log: 100, agents: 50 } }),
];

test('a pair differs in what the sides say, and in nothing else', () => {
  const pairs = changePairs(sampleResult(four), change);
  assert.equal(
    pairs.map(({ before, after }) => [before, after]),
    [
      [9, 3],
      [20, 5],
    ],
  );
  const elsewhere = four.map((record, at) => (at === 3 ? { ...record, stack: 'sqlite' } : record));
  assert.is(changePairs(sampleResult(elsewhere), change).length, 1);
  const later = four.map((record, at) => (at === 1 ? { ...record, iteration: 2 } : record));
  assert.is(changePairs(sampleResult(later), change).length, 1);
  const stopped = four.map((record, at) => (at < 3 ? record : { ...record, interrupted: true }));
  assert.is(changePairs(sampleResult(stopped), change).length, 1);
});

test('stacks that the sides name may differ', () => {
  const stacks = [cell({ value: 8 }), cell({ value: 2, stack: 'sqlite' })];
  const sides = { before: { stack: 'memory' }, after: { stack: 'sqlite' } };
  const [pair] = changePairs(sampleResult(stacks), { ...change, ...sides });
  assert.equal([pair?.before, pair?.after, pair?.doubtful], [8, 2, false]);
});

const tableOf = (...rows: GainTable['groups'][number]['rows']): GainTable => ({
  title: 'What was expected',
  groups: [{ title: 'First', expected: 'twice as good', rows }],
});
const expecting = (gain: number | null, after: string | null): ExpectedGain => ({
  ...change,
  expected: { text: 'so', gain, after: after === null ? null : bound(after) },
});
const outcome = (row: ExpectedGain, records: readonly RunRecord[] = four): unknown => {
  const [group] = gainsOf(sampleResult(records), tableOf(row)) ?? [];
  const [found] = group?.rows ?? [];
  return found !== undefined && 'outcome' in found ? found.outcome : found;
};
const doubtful = four.map((record) => ({
  ...record,
  findings: [{ verdict: 'INCONCLUSIVE' as const, about: 'generator too slow', detail: 'late' }],
}));
const shared = (othersCpuPct: number): readonly RunRecord[] =>
  four.map((record) => ({ ...record, generator: { ...record.generator, othersCpuPct } }));
const scaled = (...values: readonly number[]): readonly RunRecord[] =>
  four.map((record, at) => cell({ value: values[at] as number, parameters: record.parameters }));

// biome-ignore format: a table
const outcomes: readonly (readonly [name: string, row: ExpectedGain, records: readonly RunRecord[], is: string])[] = [
  ['a factor that was reached', expecting(3.4, null), four, 'yes'],
  ['a factor that was not', expecting(3.5, null), four, 'no'],
  ['a bound that holds afterwards', expecting(null, 'value <= 4'), four, 'yes'],
  ['a bound that does not', expecting(null, 'value < 4'), four, 'no'],
  ['no number was expected, and it is better', change, four, 'better'],
  ['... worse', change, scaled(3, 9, 5, 20), 'worse'],
  ['... the pairs disagree', change, scaled(3, 9, 20, 5), 'alike'],
  ['... hardly another', change, scaled(100, 95, 100, 96), 'alike'],
  ['a cell that doubts itself', expecting(3, null), doubtful, 'in doubt'],
  ['a machine that others used', expecting(3, null), shared(25), 'in doubt'],
  ['... a little', expecting(3, null), shared(24), 'yes'],
  ['no pair', expecting(3, null), four.slice(0, 1), 'unmeasured'],
];
for (const [name, row, records, is] of outcomes) {
  test(`what came true: ${name}`, () => assert.is(outcome(row, records), is));
}

test('the gain is the middle ratio of the pairs, better above one, whichever direction is good', () => {
  const gain = (metric: 'memory_growth_mb' | 'events_per_s'): number | undefined => {
    const records = four.map((record) => ({
      ...record,
      metrics: { [metric]: record.metrics['memory_growth_mb'] ?? number(0) },
    }));
    const [group] = gainsOf(sampleResult(records), tableOf({ ...change, metric })) ?? [];
    const [row] = group?.rows ?? [];
    return row !== undefined && 'gain' in row ? row.gain?.median : undefined;
  };
  assert.ok(Math.abs((gain('memory_growth_mb') ?? 0) - Math.sqrt(12)) < 1e-9);
  assert.ok(Math.abs((gain('events_per_s') ?? 0) - 1 / Math.sqrt(12)) < 1e-9);
});

const missing = { name: 'more nodes', notMeasured: 'there is only one' };

test('the table of gains, word for word; where a scenario is missing there is none', () => {
  const result = sampleResult(four);
  const gains = tableOf(expecting(2, null), missing);
  const printed = formats.table(result, { gains });
  const at = printed.indexOf('What was expected');
  assert.fixture(
    printed.slice(at, printed.indexOf('4 cells')),
    `What was expected

                      before  after  gain   expected  came true
First: twice as good
  log with a bound    14.5    4      x3.46  so        yes
    memory_growth_mb                 3..4
  more nodes - not measured: there is only one

Of 1 expectations with a number 1 came true; of 0 changes without one 0 are
  better, 0 alike, 0 worse; 0 in doubt, 1 not measured.

`,
  );
  assert.match(
    formats.markdown(result, { gains }),
    /\| First \| log with a bound \| memory_growth_mb \| 14\.5 \| 4 \| x3\.46 3\.\.4 \| so \| yes \|/,
  );
  const other = tableOf({ ...change, scenario: 'not played' }, missing);
  assert.is(gainsOf(result, other), null);
  assert.not.match(formats.table(result, { gains: other }), /What was expected/);
});

test('what did not come true, and what became worse, is named', () => {
  const rows = [
    { ...expecting(9, null), name: 'a log' },
    { ...change, name: 'the same, the other way', before: change.after, after: change.before },
  ];
  const findings = gainFindings(gainsOf(sampleResult(four), tableOf(...rows)) ?? []);
  assert.ok(findings.includes('Did not come true: a log.'));
  assert.ok(findings.includes('Made it worse: the same, the other way.'));
});

const weights: WeightTable = {
  title: 'What weighs',
  scenario: 'stress',
  metric: 'memory_growth_mb',
  phase: null,
  aggregator: 'value',
  per: 'agents',
  noun: 'agents',
  scale: 1,
  total: { name: 'all', seed: '~5', side: { parameters: { log: 1 } } },
  components: [
    { name: 'log', seed: null, without: { parameters: { log: 0 } }, having: { parameters: { log: 1 } } },
  ],
};
const weighed = (noise: readonly number[]): readonly RunRecord[] =>
  noise.flatMap((off, setting) =>
    [0, 1].map((log) =>
      cell({
        value: 100 + log * (20 + off),
        workload: { agents: 10 },
        parameters: { log, setting },
      }),
    ),
  );

test('a component is the difference of cells with and without it, shared by the agents, with its interval', () => {
  const found = weightsOf(sampleResult(weighed([0, 1, -1, 2, -2, 0.5, -0.5, 0])), weights);
  const [log] = found?.rows ?? [];
  const [weight] = log?.cells ?? [];
  assert.ok(Math.abs((weight?.value ?? 0) - 2) < 0.05, `${weight?.value}`);
  assert.is(weight?.pairs, 8);
  assert.ok(weight?.told && (weight.interval?.low ?? 0) > 1.7 && (weight.interval?.high ?? 9) < 2.3);
  assert.is(found?.total?.cells[0]?.value, 12);
});

test('one that lies on both sides of nothing is not told apart from it, nor is one of few pairs', () => {
  const [log] =
    weightsOf(sampleResult(weighed([-19, -21, -24, -16, -20.5, -19.5, -25, -15])), weights)?.rows ?? [];
  assert.is(log?.cells[0]?.told, false);
  const [few] = weightsOf(sampleResult(weighed([0, 1])), weights)?.rows ?? [];
  assert.equal([few?.cells[0]?.told, few?.cells[0]?.interval], [false, null]);
  const printed = formats.table(sampleResult(weighed([0, 1])), { weights: [weights] });
  assert.match(printed, /^log +2\.05~$/m);
  assert.match(printed, /not told apart from nothing: log\./);
  assert.not.match(formats.table(sampleResult([]), { weights: [weights] }), /What weighs/);
});

test.run();
