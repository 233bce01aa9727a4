/** A scenario with several sets of values: rows, numbers, what the values change, and nothing that the data do not say. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { effectsOf } from '../../reports/formats/effects.ts';
import { inMatrices, isMatrix, type Matrix } from '../../reports/formats/matrix.ts';
import { placesOf } from '../../reports/formats/places.ts';
import { sheetsOf } from '../../reports/formats/sheet.ts';
import { formats } from '../../reports/formats/table-of-formats.ts';
import type { RunRecord } from '../../reports/record.ts';
import { histogram, number, rule, sampleRecord, sampleResult } from './sample-record.ts';

type Values = { readonly [name: string]: unknown };

/** A cell of the scenario `m`: its parameters, and what it measured. */
function cell(parameters: Values, metrics: RunRecord['metrics'], given: Partial<RunRecord> = {}): RunRecord {
  return sampleRecord({
    scenario: 'm',
    description: 'a matrix',
    parameters,
    metrics,
    histograms: {},
    rules: [],
    ...given,
  });
}

function matrixOf(records: readonly RunRecord[]): Matrix {
  const [matrix] = inMatrices(sheetsOf(sampleResult(records), {}));
  assert.ok(matrix !== undefined && isMatrix(matrix));
  return matrix as Matrix;
}

const errors = (value: number): RunRecord['metrics'] => ({ errors: number(value) });
const shown = (...metrics: readonly string[]): Partial<RunRecord> => ({
  shown: metrics.map((metric) => ({ metric, phase: null, aggregator: 'value' })),
});

test('one set of values is a sheet as ever; several are one matrix, other scenarios beside it', () => {
  const records = [
    sampleRecord(),
    cell({ agents: 1 }, errors(0)),
    cell({ agents: 2 }, errors(0)),
    sampleRecord({ scenario: 'other', parameters: { agents: 1 } }),
  ];
  const blocks = inMatrices(sheetsOf(sampleResult(records), {}));
  assert.equal(
    blocks.map((one) => [one.scenario, isMatrix(one)]),
    [
      ['stress', false],
      ['m', true],
      ['other', false],
    ],
  );
});

test('a row for each set and stack, in the order of the index; the median of its iterations', () => {
  const sets = [{ agents: 1 }, { agents: 2 }];
  const records = sets.flatMap((parameters) =>
    ['memory', 'sqlite'].flatMap((stack, at) =>
      [1, 2, 3].map((iteration) =>
        cell(parameters, errors(parameters.agents * 100 + at * 10 + iteration), {
          stack,
          iteration,
          ...shown('errors'),
        }),
      ),
    ),
  );
  const { rows, parameters, stacks } = matrixOf(records);
  assert.equal([parameters, stacks], [['agents'], ['memory', 'sqlite']]);
  assert.equal(
    rows.map(({ values, stack, cells }) => [...values, stack, cells[0]?.value]),
    [
      ['1', 'memory', 102],
      ['1', 'sqlite', 112],
      ['2', 'memory', 202],
      ['2', 'sqlite', 212],
    ],
  );
});

test('columns: what is judged, then what is to be shown, each once; a value that all have is no column', () => {
  const parts = {
    rules: [rule('errors', ['value <= 5'])],
    ...shown('events_per_s', 'errors', 'drain_ms'),
  };
  const metrics = { errors: number(1), events_per_s: number(100, '1/s') };
  const matrix = matrixOf([
    cell({ agents: 1, size: '1KiB' }, metrics, parts),
    cell({ agents: 2, size: '1KiB' }, metrics, parts),
  ]);
  assert.equal(matrix.parameters, ['agents']);
  assert.equal(
    matrix.numbers.map(({ metric, pass }) => [metric, ...pass.map(({ text }) => text)]),
    [['errors', 'value <= 5'], ['events_per_s'], ['drain_ms']],
  );
  assert.is(matrix.rows[0]?.cells[2]?.value, null);
});

test('without a threshold and a wish it shows what is usually looked for', () => {
  const { numbers } = matrixOf([cell({ agents: 1 }, errors(0)), cell({ agents: 2 }, errors(0))]);
  assert.equal(
    numbers.map(({ metric, aggregator, unit }) => [metric, aggregator, unit]),
    [
      ['event_delivery_ms', 'avg', 'ms'],
      ['events_per_s', 'value', '1/s'],
      ['delivery_rate_pct', 'value', '%'],
    ],
  );
});

test('a percentile without enough samples is not shown', () => {
  const part: Partial<RunRecord> = { shown: [{ metric: 'publish_ms', phase: null, aggregator: 'p(99)' }] };
  const { rows } = matrixOf([
    cell({ agents: 1 }, { publish_ms: histogram(1, 299) }, part),
    cell({ agents: 2 }, { publish_ms: histogram(1, 300) }, part),
  ]);
  assert.equal(
    rows.map(({ cells }) => cells[0]?.value),
    [null, 3],
  );
});

/** What errors come to in each cell, and the sentences that follow. */
const effects: readonly (readonly [
  what: string,
  cells: readonly (readonly [Values, number])[],
  said: readonly string[],
])[] = [
  [
    'numbers: from the first to the last',
    [
      [{ agents: 10 }, 4],
      [{ agents: 20 }, 400],
      [{ agents: 50 }, 12],
    ],
    ['agents 10 -> 50: errors x3 (4 to 12)'],
  ],
  [
    'words: from the first to each other',
    [
      [{ lock: 'none' }, 10],
      [{ lock: 'per-agent' }, 20],
      [{ lock: 'global' }, 5],
    ],
    ['lock none -> per-agent: errors x2 (10 to 20)', 'lock none -> global: errors x0.5 (10 to 5)'],
  ],
  [
    'each parameter with all others held: the median, and how far it ranges',
    [
      [{ agents: 1, lock: 'none' }, 10],
      [{ agents: 1, lock: 'global' }, 20],
      [{ agents: 2, lock: 'none' }, 40],
      [{ agents: 2, lock: 'global' }, 240],
    ],
    ['agents 1 -> 2: errors x8 (x4..x12)', 'lock none -> global: errors x4 (x2..x6)'],
  ],
  [
    'the same factor everywhere is told once',
    [
      [{ agents: 1, lock: 'none' }, 10],
      [{ agents: 1, lock: 'global' }, 20],
      [{ agents: 2, lock: 'none' }, 10],
      [{ agents: 2, lock: 'global' }, 20],
    ],
    ['agents 1 -> 2: nothing shown changes by more than a quarter', 'lock none -> global: errors x2'],
  ],
  [
    'from zero there is no factor',
    [
      [{ agents: 1 }, 0],
      [{ agents: 2 }, 7],
    ],
    ['agents 1 -> 2: errors 0 to 7'],
  ],
  [
    'a change within a quarter is not told',
    [
      [{ agents: 1 }, 100],
      [{ agents: 2 }, 124],
    ],
    ['agents 1 -> 2: nothing shown changes by more than a quarter'],
  ],
  [
    'one beyond it is',
    [
      [{ agents: 1 }, 100],
      [{ agents: 2 }, 126],
    ],
    ['agents 1 -> 2: errors x1.26 (100 to 126)'],
  ],
  [
    'a set that is not there is not made up',
    [
      [{ agents: 1, lock: 'none' }, 10],
      [{ agents: 2, lock: 'global' }, 99],
    ],
    [
      'agents 1 -> 2: not compared: no number is in two cells that differ in nothing else',
      'lock none -> global: not compared: no number is in two cells that differ in nothing else',
    ],
  ],
];

for (const [what, cells, said] of effects) {
  test(`what the values change: ${what}`, () => {
    const records = cells.map(([parameters, value]) => cell(parameters, errors(value), shown('errors')));
    assert.equal(effectsOf(matrixOf(records)), said);
  });
}

test('what the values change: a number that is first measured later is told from there on', () => {
  const records = [10, 50, 100, 1000].map((agents) =>
    cell(
      { agents },
      agents < 100 ? errors(5) : { ...errors(agents / 10), memory_per_agent_kb: number(300 / agents, 'kB') },
      shown('errors', 'memory_per_agent_kb', 'drain_ms'),
    ),
  );
  assert.equal(effectsOf(matrixOf(records)), [
    'agents 10 -> 1000: errors x20 (5 to 100), memory_per_agent_kb from 100 on x0.1 (3 to 0.3)',
  ]);
});

test('what the values change is told for each stack that has both sides', () => {
  const records = [1, 2].flatMap((agents) =>
    ['memory', 'sqlite'].map((stack) =>
      cell({ agents }, errors(stack === 'memory' ? 10 : agents * 10), { stack, ...shown('errors') }),
    ),
  );
  assert.equal(effectsOf(matrixOf(records)), ['agents 1 -> 2 on sqlite: errors x2 (10 to 20)']);
});

const failing = [10, 1000].map((agents) =>
  cell(
    { agents, 'eventBus.delivery': 'sync' },
    { errors: number(agents / 10), event_delivery_ms: histogram(agents / 100) },
    {
      rules: [rule('errors', ['value <= 5']), rule('event_delivery_ms', ['avg < 50'])],
      findings: [{ verdict: 'NOTE', about: 'errors', detail: 'one thing' }],
    },
  ),
);

for (const [measured, said] of [
  [[], 'no numbers'],
  [[1], 'no numbers of 2'],
  [[2], 'no numbers of 1'],
] as const satisfies readonly (readonly [readonly number[], string])[]) {
  test(`what the values change: measured of ${measured.join() || 'none'} is no word about a change`, () => {
    const records = [1, 2].map((agents) =>
      cell({ agents }, measured.some((one) => one === agents) ? errors(7) : {}, shown('errors')),
    );
    assert.equal(effectsOf(matrixOf(records)), [`agents 1 -> 2: not compared: ${said}`]);
  });
}

test('what the values change: a stack without numbers says so, beside one that has them', () => {
  const records = [1, 2].flatMap((agents) =>
    ['memory', 'sqlite'].map((stack) =>
      cell({ agents }, stack === 'memory' ? errors(agents * 10) : {}, { stack, ...shown('errors') }),
    ),
  );
  assert.equal(effectsOf(matrixOf(records)), [
    'agents 1 -> 2 on memory: errors x2 (10 to 20)',
    'agents 1 -> 2 on sqlite: not compared: no numbers',
  ]);
});

test('what the values change is in doubt where one of the two cells doubts itself', () => {
  const doubt = { verdict: 'INCONCLUSIVE', about: 'generator', detail: 'too slow' } as const;
  const records = [1, 2].map((agents) =>
    cell({ agents }, errors(agents * 10), { ...shown('errors'), findings: agents === 2 ? [doubt] : [] }),
  );
  assert.equal(effectsOf(matrixOf(records)), ['agents 1 -> 2: errors x2 (10 to 20) in doubt']);
});

test('the table: what differs at the left, the verdict beside the number that it is about, remarks once', () => {
  assert.is(
    formats.table(sampleResult(failing), {}),
    `m   100 agents   10 subscribers   steady 4 s   load open, poisson   seed 1
Node 24.21   2 cores   durability none   eventBus.delivery = "sync"
results/2026-11-24T09-12-07-stress/
a matrix

agents  event_delivery_ms  errors    verdict
        avg                <= 5
        < 50 ms
10      0.1                1         PASS
1000    10                 100 FAIL  FAIL

What the values change (one run of each: how far runs lie apart is not known)
agents 10 -> 1000: event_delivery_ms avg x100 (0.1 to 10), errors x100 (1 to
  100)

FAIL agents=1000: errors value <= 5: was 100
NOTE agents=10, agents=1000: errors: one thing

2 cells: 1 FAIL, 1 PASS   results/2026-11-24T09-12-07-stress/
FAIL, exit 1: at least one FAIL
`,
  );
});

test('a table too wide for the terminal is folded, each block with the values again', () => {
  const names = [
    'errors',
    'late_sends',
    'consumer_lag',
    'duplicates',
    'indeterminate',
    'lost_acked',
    'reordered',
  ];
  const metrics = Object.fromEntries(names.map((name) => [name, number(1)]));
  const records = [1, 2].map((agents) => cell({ agents }, metrics, shown(...names)));
  const text = formats.table(sampleResult(records), { width: 80 });
  assert.ok(
    text.split('\n').every((line) => line.length <= 80),
    text,
  );
  assert.is(text.match(/^agents {2}/gm)?.length, 2);
  for (const name of names) assert.ok(text.includes(name));
});

test('all bounds of a number stand above it, and the broken one is named below', () => {
  const rules = [rule('errors', ['value <= 50', 'value >= 2']), rule('event_delivery_ms', [], ['avg < 5'])];
  const records = [0, 1, 10, 100].map((value, agents) =>
    cell({ agents }, { ...errors(value), event_delivery_ms: histogram(1) }, { rules }),
  );
  const text = formats.table(sampleResult(records), {});
  assert.match(text, /^agents +event_delivery_ms +errors +verdict\n +avg +<= 50,\n +healthy < 5 ms +>= 2\n/m);
  assert.match(text, /^FAIL agents=0, agents=1: errors value >= 2: was 0\.\.1$/m);
  assert.match(text, /^FAIL agents=3: errors value <= 50: was 100$/m);
  assert.match(formats.markdown(sampleResult(records), {}), /\| errors &lt;= 50, >= 2 \|/);
});

test('a sentence about many cells names them together', () => {
  const records = Array.from({ length: 5 }, (_, agents) =>
    cell({ agents }, errors(0), {
      findings: [{ verdict: 'NOTE', about: agents < 4 ? 'most' : 'one', detail: 'is said' }],
    }),
  );
  const text = formats.table(sampleResult(records), {});
  assert.match(text, /^NOTE agents=0,1,2,3: most: is said$/m);
  assert.match(text, /^NOTE agents=4: one: is said$/m);
});

test('many cells in few words: values that go together, and none that are all there are', () => {
  const records = [1, 2, 3].flatMap((agents) =>
    ['none', 'global'].flatMap((lock) =>
      ['memory', 'sqlite'].map((stack) => cell({ agents, lock }, errors(0), { stack })),
    ),
  );
  const matrix = matrixOf(records);
  const names = (agents: string, lock: string, stack: string): string =>
    `agents=${agents} lock=${lock} ${stack}`;
  const all = ['1', '2', '3'].flatMap((agents) =>
    ['none', 'global'].flatMap((lock) => ['memory', 'sqlite'].map((stack) => names(agents, lock, stack))),
  );
  const of = (...words: readonly string[]): readonly string[] =>
    placesOf(
      matrix,
      all.filter((name) => words.every((word) => name.includes(word))),
    );
  assert.equal(of(), ['all cells']);
  assert.equal(of('global'), ['lock=global']);
  assert.equal(of('sqlite', 'none'), ['lock=none sqlite']);
  assert.equal(placesOf(matrix, all.slice(0, 5)), ['agents=1', 'agents=2 lock=none memory']);
  assert.equal(placesOf(matrix, [names('1', 'none', 'memory #2'), names('3', 'none', 'memory #2')]), [
    'agents=1,3 lock=none memory #2',
  ]);
});

test('in full every set of values has its own table with all its numbers, and remarks stand once', () => {
  const [short, full] = [formats.table(sampleResult(failing), {}), formats.full(sampleResult(failing), {})];
  assert.is(short.match(/^ +p95 /gm), null);
  assert.is(full.match(/^ +p95 /gm)?.length, 2);
  assert.is(full.match(/agents = 10/g)?.length, 2);
  assert.is(full.match(/one thing/g)?.length, 1);
});

test('Markdown has the matrix, what the values change, and every sheet', () => {
  const text = formats.markdown(sampleResult(failing), {});
  assert.match(
    text,
    /^\| `agents` \| stack \| event_delivery_ms avg &lt; 50 ms \| errors &lt;= 5 \| verdict \|$/m,
  );
  assert.match(text, /^\| 1000 \| memory \| 10 \| 100 FAIL \| \*\*FAIL\*\* \|$/m);
  assert.match(text, /^- agents 10 -> 1000: event_delivery_ms avg x100/m);
  assert.is(text.match(/^## m$/gm)?.length, 2);
});

test('a reference of the scenario as it ships does not stand beside other values', () => {
  const reference = { m: { label: 'report', metrics: {}, verdict: 'PASS' } } as const;
  const sheets = sheetsOf(sampleResult([cell({ agents: 1 }, errors(0)), cell({}, errors(0))]), { reference });
  assert.equal(
    sheets.map((sheet) => sheet.reference?.label ?? null),
    [null, 'report'],
  );
});

test.run();
