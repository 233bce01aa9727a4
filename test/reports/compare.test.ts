import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { leadersOf, pairsOf, type Rounds, valueIn } from '../../reports/compare.ts';
import { indexDoubts } from '../../reports/doubts.ts';
import { comparisonsOf } from '../../reports/formats/compare-sheet.ts';
import { parseIndex } from '../../reports/read-result.ts';
import { RecordError } from '../../reports/record-error.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { comparison, publishing, round } from './compare-rounds.ts';
import { histogram, number, rule, sampleRecord } from './sample-record.ts';

const rounds = (values: readonly number[]): Rounds => new Map(values.map((value, at) => [at + 1, value]));

const leading: readonly (readonly [
  what: string,
  better: 'lower' | 'higher',
  stacks: readonly (readonly number[])[],
  leads: readonly number[],
])[] = [
  [
    'the smallest where lower is better',
    'lower',
    [
      [1, 1],
      [2, 3],
      [4, 4],
    ],
    [0],
  ],
  [
    'the largest where higher is better',
    'higher',
    [
      [1, 1],
      [2, 3],
      [4, 4],
    ],
    [2],
  ],
  [
    'one that was better in one round is not told apart',
    'lower',
    [
      [1, 1, 5],
      [2, 3, 4],
      [9, 9, 9],
    ],
    [0, 1],
  ],
  [
    'nobody, where all would',
    'lower',
    [
      [1, 3],
      [2, 2],
    ],
    [],
  ],
  [
    'nobody, where all are alike',
    'higher',
    [
      [1000, 1000],
      [1001, 1002],
      [1000, 1003],
    ],
    [],
  ],
  ['nobody, of a single round', 'lower', [[1], [2], [4]], []],
  [
    'within one percent is alike, however surely',
    'higher',
    [
      [100, 100],
      [100.9, 100.9],
      [50, 50],
    ],
    [0, 1],
  ],
  [
    'beyond one percent is not',
    'higher',
    [
      [100, 100],
      [101.1, 101.1],
      [50, 50],
    ],
    [1],
  ],
  ['nobody alone', 'lower', [[1], []], []],
  ['nobody without numbers', 'lower', [[], []], []],
  [
    'zero is better than any count',
    'lower',
    [
      [0, 0],
      [3, 1],
    ],
    [0],
  ],
  [
    'below zero is lower still',
    'lower',
    [
      [0, 0.5],
      [-3, -1],
    ],
    [1],
  ],
  [
    'twelve rounds with one exception are judged by their interval',
    'lower',
    [
      [...Array(11).fill(1), 3],
      Array(12)
        .fill(2)
        .map((value, at) => value + at / 100),
    ],
    [0],
  ],
  [
    'eleven are not',
    'lower',
    [
      [...Array(10).fill(1), 3],
      Array(11)
        .fill(2)
        .map((value, at) => value + at / 100),
    ],
    [],
  ],
];

for (const [what, better, stacks, leads] of leading) {
  test(`who leads: ${what}`, () => {
    const found = leadersOf(stacks.map(rounds), better);
    assert.equal(
      found.flatMap((leads, at) => (leads ? [at] : [])),
      leads,
    );
  });
}

test('pairs are of the same round, and of rounds that both have', () => {
  const left = new Map([
    [1, 10],
    [2, 20],
    [4, 40],
  ]);
  const right = new Map([
    [4, 4],
    [3, 3],
    [1, 1],
  ]);
  assert.equal(pairsOf(left, right), [
    [10, 1],
    [40, 4],
  ]);
});

test('a number is compared only where it could be judged', () => {
  const record = sampleRecord({
    metrics: { publish_ms: histogram(3, 9), spawn_ms: histogram(4, 70), errors: number(2) },
    histograms: {},
  });
  const value = (metric: string, aggregator: string) => valueIn(record, { metric, phase: null, aggregator });
  assert.is(value('publish_ms', 'avg'), null, 'nine samples have no average');
  assert.is(value('spawn_ms', 'avg'), 4);
  assert.is(value('spawn_ms', 'p(95)'), 8);
  assert.is(value('spawn_ms', 'p(99)'), null);
  assert.is(value('errors', 'value'), 2);
  assert.is(value('drain_ms', 'value'), null);
});

/** The row of one number, with its cells by stack. */
function row(result: ResultSet, metric: string, aggregator: string) {
  const [found] = comparisonsOf(result);
  const own = [...(found?.rows ?? []), ...(found?.equal ?? [])].find(
    (one) => one.metric === metric && one.aggregator === aggregator,
  );
  const cells = found?.stacks.map(({ stack }, at) => [stack, own?.cells[at]] as const) ?? [];
  return Object.fromEntries(cells);
}

test('2 ms more per publish show up with the ratio that arithmetic gives', () => {
  const reference = [0.5, 1, 2, 0.8, 1.6];
  const result = comparison([
    ...publishing('memory', reference),
    ...publishing(
      'slow',
      reference.map((average) => average + 2),
    ),
  ]);
  const { memory, slow } = row(result, 'publish_ms', 'avg');
  assert.is(memory?.ratio, null, 'the reference is no multiple of itself');
  assert.is(memory?.spread?.median, 1);
  near(slow?.spread?.median, 3);
  // 2.5/0.5, 3/1, 4/2, 2.8/0.8, 3.6/1.6: five, three, two, 3.5 and 2.25.
  near(slow?.ratio?.rounds.median, 3);
  near(slow?.ratio?.rounds.min, 2);
  near(slow?.ratio?.rounds.max, 5);
  assert.is(slow?.ratio?.interval, null);
  assert.ok(memory?.best);
  assert.not(slow?.best);
});

test('rounds cancel out: a machine twice as slow in every second round changes no ratio', () => {
  const drift = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2];
  const result = comparison([
    ...publishing('memory', drift),
    ...publishing(
      'slow',
      drift.map((average) => average * 1.25),
    ),
  ]);
  const { slow } = row(result, 'publish_ms', 'avg');
  near(slow?.ratio?.ratio, 1.25);
  near(slow?.ratio?.interval?.low, 1.25);
  near(slow?.ratio?.interval?.high, 1.25);
  assert.ok((slow?.ratio?.interval?.confidence ?? 0) >= 0.95);
});

const three = [
  ...publishing('memory', [1, 1.2, 0.9]),
  ...publishing('sqlite', [2, 2.1, 2.2]),
  ...publishing('redis', [3, 1, 4]),
];

test('the order of the columns changes no number', () => {
  const [there, back] = [comparison(three), comparison([...three].reverse())];
  for (const aggregator of ['avg', 'p(95)', 'p(99)']) {
    assert.equal(row(back, 'publish_ms', aggregator), row(there, 'publish_ms', aggregator), aggregator);
  }
});

test('another reference changes the multiples and nothing else', () => {
  const there = row(comparison(three, 'memory'), 'publish_ms', 'avg');
  const back = row(comparison(three, 'sqlite'), 'publish_ms', 'avg');
  for (const stack of ['memory', 'sqlite', 'redis'] as const) {
    assert.equal(back[stack]?.spread, there[stack]?.spread);
    assert.is(back[stack]?.best, there[stack]?.best);
  }
  near(back['memory']?.ratio?.rounds.median, 1 / (there['sqlite']?.ratio?.rounds.median ?? 0));
  near(back['memory']?.ratio?.ratio, 1 / (there['sqlite']?.ratio?.ratio ?? 0));
  assert.is(back['sqlite']?.ratio, null);
});

test('without a reference in the index, the first stack is it', () => {
  const { index, ...rest } = comparison(three);
  const { kind: _, reference: __, ...plain } = index;
  const [found] = comparisonsOf({ ...rest, index: plain });
  assert.is(found?.reference, 'memory');
});

test('a round that was interrupted, or left nothing, is compared with nothing', () => {
  const cut = round('sqlite', 2, { publish_ms: histogram(99) }, { interrupted: true });
  const result = comparison([
    ...publishing('memory', [1, 1, 1]),
    round('sqlite', 1, { publish_ms: histogram(2) }),
    cut,
    { stack: 'sqlite', verdict: 'INCONCLUSIVE', reason: 'its process ended with SIGKILL' },
  ]);
  const [found] = comparisonsOf(result);
  assert.equal(
    found?.stacks.map(({ rounds: compared }) => compared),
    [3, 1],
  );
  const { sqlite } = row(result, 'publish_ms', 'avg');
  assert.is(sqlite?.pairs, 1);
  near(sqlite?.ratio?.rounds.median, 2);
  assert.is(sqlite?.spread?.count, 1);
});

test('one zero leaves a number without ratio; the others have theirs', () => {
  const cells = ['memory', 'sqlite'].flatMap((stack, at) =>
    [1, 2].map((iteration) =>
      round(stack, iteration, {
        drain_ms: number(at === 1 ? 6 - 3 * iteration : 5, 'ms'),
        publish_ms: histogram(at + 1),
      }),
    ),
  );
  const { sqlite } = row(comparison(cells), 'drain_ms', 'value');
  assert.is(sqlite?.ratio, null);
  assert.is(sqlite?.pairs, 2);
  near(row(comparison(cells), 'publish_ms', 'avg')['sqlite']?.ratio?.ratio, 2);
});

test('nobody is a multiple in what has no good direction', () => {
  const cells = ['memory', 'sqlite'].map((stack, at) =>
    round(stack, 1, { offered_per_s: number(100 + at, '1/s') }),
  );
  const { sqlite } = row(comparison(cells), 'offered_per_s', 'value');
  assert.is(sqlite?.ratio, null);
  assert.is(sqlite?.best, false);
});

test('the worst verdict of the rounds stands in the cell', () => {
  const rules = [rule('publish_ms', ['avg < 3'], ['avg < 1.5'])];
  const judged = (stack: string, averages: readonly number[]) =>
    averages.map((average, at) => round(stack, at + 1, { publish_ms: histogram(average) }, { rules }));
  const result = comparison([
    ...judged('memory', [1, 1, 1]),
    ...judged('sqlite', [1, 2, 1]),
    ...judged('redis', [1, 9, 2]),
  ]);
  const verdicts = row(result, 'publish_ms', 'avg');
  assert.equal(
    Object.values(verdicts).map((cell) => cell?.verdict),
    ['PASS', 'DEGRADED', 'FAIL'],
  );
});

test('who promises something else leads no row, but is a multiple all the same', () => {
  const fast = publishing('fast', [0.1, 0.1]).map((record) => ({ ...record, durability: 'none' }));
  const safe = [...publishing('memory', [1, 1]), ...publishing('slow', [2, 2])];
  const result = comparison([...safe.map((record) => ({ ...record, durability: 'power-loss' })), ...fast]);
  const cells = row(result, 'publish_ms', 'avg');
  assert.equal(
    Object.values(cells).map((cell) => cell?.best),
    [true, false, false],
  );
  near(cells['fast']?.ratio?.ratio, 0.1);
});

test('the cost with servers: ours alone where there is none, both where there is, nothing where it was not measured', () => {
  const own = { cpu_s_per_million_events: number(30, 's'), events_per_s: number(1000, '1/s') };
  const served = { bus: { serverVersion: '7.0' }, storage: {} };
  const cells = [
    round('memory', 1, own),
    // 4 s at 1000/s are 4000 events; 0.2 CPU seconds of them are 50 s a million.
    round('redis', 1, { ...own, server_cpu_s: number(0.2, 's') }, { environment: { ...served } }),
    round('given', 1, own, { environment: { ...served } }),
  ];
  const cost = row(comparison(cells), 'cpu_s_per_million_events', 'with servers');
  assert.equal(
    Object.values(cost).map((cell) => cell?.spread?.median ?? null),
    [30, 80, null],
  );
  near(cost['redis']?.ratio?.ratio, 80 / 30);
  const without = comparison([round('memory', 1, own), round('sqlite', 1, own)]);
  const [found] = comparisonsOf(without);
  assert.not(found?.rows.some(({ aggregator }) => aggregator === 'with servers'));
});

test('what every cell says alike is told once; what was judged keeps its row', () => {
  const cells = ['memory', 'sqlite'].map((stack) =>
    round(stack, 1, { duplicates: number(0), phantom: number(0) }),
  );
  const [found] = comparisonsOf(comparison(cells));
  assert.equal(
    found?.equal.map(({ metric }) => metric),
    ['duplicates', 'phantom'],
  );
  assert.ok(found?.rows.some(({ metric }) => metric === 'errors'));
});

test('scenarios and sets of parameters are compared each for itself', () => {
  const cells = [50, 100].flatMap((agents) =>
    ['memory', 'sqlite'].map((stack, at) =>
      round(stack, 1, { publish_ms: histogram(agents * (at + 1)) }, { parameters: { agents } }),
    ),
  );
  const other = ['memory', 'sqlite'].map((stack) => round(stack, 1, {}, { scenario: 'smoke' }));
  const found = comparisonsOf(comparison([...cells, ...other]));
  assert.equal(
    found.map(({ sheet }) => [sheet.scenario, sheet.parameters]),
    [
      ['stress', { agents: 50 }],
      ['stress', { agents: 100 }],
      ['smoke', {}],
    ],
  );
});

test('an index of a comparison names its reference, which is among its cells', async () => {
  const { index } = comparison(three);
  assert.equal(await parseIndex(JSON.stringify(index), 'index.json'), index);
  assert.equal(indexDoubts(index), []);
  assert.equal(indexDoubts({ ...index, reference: 'postgres' }), [
    'index.json: no cell is of postgres, the reference',
  ]);
  for (const field of ['kind', 'reference'] as const) {
    const { [field]: _, ...half } = index;
    try {
      await parseIndex(JSON.stringify(half), 'index.json');
      assert.unreachable(field);
    } catch (error) {
      assert.instance(error, RecordError);
    }
  }
});

function near(value: number | undefined, expected: number): void {
  assert.ok(Math.abs((value ?? Number.NaN) / expected - 1) < 1e-9, `${value}, not ${expected}`);
}

test.run();
