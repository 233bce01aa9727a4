import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formats } from '../../reports/formats/table-of-formats.ts';
import { metricTable } from '../../reports/metric-table.ts';
import type { RunRecord } from '../../reports/record.ts';
import { comparison, publishing, round } from './compare-rounds.ts';
import { histogram, number, rule, type SampleCell } from './sample-record.ts';

const memoryTraits = { durability: ['none'], crossProcess: false, maxPayloadBytes: 5e8 };
const diskTraits = { durability: ['none', 'power-loss'], crossProcess: true, maxPayloadBytes: 64_000 };
const said = { batching: 'the writes of one turn', acknowledgement: 'COMMIT returned' };

const memory: Partial<RunRecord> = {
  traits: { bus: { ...memoryTraits, order: 'channel' }, storage: memoryTraits },
  environment: { node: '24.21.0', cores: 2, fingerprint: 'abc', bus: { windowMessages: 10 }, storage: {} },
};
const sqlite: Partial<RunRecord> = {
  traits: { bus: { ...diskTraits, order: 'channel' }, storage: diskTraits },
  environment: { node: '24.21.0', cores: 2, fingerprint: 'abc', bus: { ...said, pollMs: 5 }, storage: said },
};

const rules = [rule('publish_ms', ['avg < 3'], ['avg < 2'])];
const small: readonly SampleCell[] = [
  ...[0.1, 0.11].map((average, at) =>
    round(
      'memory',
      at + 1,
      { publish_ms: histogram(average, 100), offered_per_s: number(1000 + at, '1/s') },
      { ...memory, rules },
    ),
  ),
  ...[2.1, 2.3].map((average, at) =>
    round(
      'sqlite',
      at + 1,
      { publish_ms: histogram(average, 100), offered_per_s: number(1000 + at, '1/s') },
      { ...sqlite, rules },
    ),
  ),
  { stack: 'redis', verdict: 'UNSUPPORTED', reason: 'bus redis cannot be durable to "x" (it can: none)' },
];

test('the comparison, word for word', () => {
  assert.fixture(
    formats.compare(comparison(small), { wallMs: 75_300 }),
    `stress   100 agents   10 subscribers   steady 4 s   load open, poisson   seed 1
Node 24.21   2 cores   durability none   2 rounds, order drawn from the seed
results/2026-11-24T09-12-07-stress/

every bus: order channel
batching: not stated (bus, storage of memory); the writes of one turn (bus,
  storage of sqlite)
acknowledgement: not stated (bus, storage of memory); COMMIT returned (bus,
  storage of sqlite)

                      memory        sqlite            redis
                      reference
bus
  cross process       no            yes               -
  max payload         500 MB        64 kB             -
storage
  cross process       no            yes               -
  max payload         500 MB        64 kB             -
publish_ms       avg  0.105*  PASS  2.2     DEGRADED  -
  < 3 ms              0.1..0.11     x21.0 20.9..21.0
                 p95  0.21*         4.4               -
                      0.2..0.22     x21.0 20.9..21.0
offered_per_s         1000          1000              -
checks                2 of 2  PASS  2 of 2  PASS      -
verdict               PASS          DEGRADED          UNSUPPORTED

The same wherever it was measured: errors 0.
xN a..b: multiple of memory in the same round; median, smallest and largest of
  the rounds. Below 12 rounds this is a spread, no interval.
* best of its row: it differs by more than 1 % and in every round the same way
  (from 12 rounds on: by its interval) from every other.

DEGRADED sqlite: publish_ms avg is past healthy: avg < 2
UNSUPPORTED redis: bus redis cannot be durable to "x" (it can: none)

5 cells: 2 DEGRADED, 2 PASS, 1 UNSUPPORTED   wall time 75.3 s
results/2026-11-24T09-12-07-stress/
DEGRADED, exit 0: nothing failed; 1 cell UNSUPPORTED, left out
`,
  );
});

/** The printed form of a comparison, without line ends, so that a sentence can be looked for. */
const printed = (cells: readonly SampleCell[], reference?: string, width?: number): string =>
  formats.compare(comparison(cells, reference), width === undefined ? {} : { width });
const words = (text: string): string => text.replaceAll(/\s+/g, ' ');

test('twelve rounds have an interval, and say how it was come by', () => {
  const averages = Array.from({ length: 12 }, (_, at) => 1 + at / 100);
  const text = printed([
    ...publishing('memory', averages),
    ...publishing(
      'slow',
      averages.map((average, at) => average * (2 + (at % 3) / 10)),
    ),
  ]);
  assert.match(text, / x2\.10 \[2\.05 2\.15\]$/m);
  assert.match(text, /^slow is x2\.10 \[2\.05 2\.15\] of memory in publish_ms avg\.$/m);
  assert.match(
    words(text),
    /xN \[a b\]: multiple of memory .* Hodges-Lehmann .* 95 %, exact, from Wilcoxon's signed ranks/,
  );
  assert.not.match(text, /Below 12 rounds/);
});

test('one round is a multiple and no spread', () => {
  const text = printed([...publishing('memory', [1]), ...publishing('slow', [2])]);
  assert.match(text, / x2\.00$/m);
  assert.match(
    words(text),
    /in one round; how far rounds lie apart is not known\. There is no interval below 12 rounds/,
  );
  assert.not.match(text, / is x/);
});

test('where only some rounds have the number on both sides, it says of how many', () => {
  const text = printed([
    ...publishing('memory', [1, 1, 1]),
    ...publishing('slow', [2, 3]),
    {
      stack: 'slow',
      iteration: 3,
      verdict: 'INCONCLUSIVE',
      reason: 'its process ended with SIGKILL',
    } as SampleCell,
  ]);
  assert.match(text, /reference +2 of 3 rounds/);
  assert.match(text, /x2\.45 2\.00\.\.3\.00 of 2$/m);
  assert.match(text, /^INCONCLUSIVE slow #3: its process ended with SIGKILL$/m);
  assert.match(text, /^verdict +PASS +INCONCLUSIVE$/m);
});

test('a reference that left nothing, or was never played, is named; the others keep their numbers', () => {
  const others = [...publishing('sqlite', [1, 1]), ...publishing('redis', [2, 2])];
  const dead: SampleCell = {
    stack: 'memory',
    verdict: 'INCONCLUSIVE',
    reason: 'its process ended with SIGKILL',
  };
  const text = words(printed([dead, ...others]));
  assert.match(text, /memory, the reference, left no numbers: there are no ratios\./);
  assert.match(text, /publish_ms avg - 1\* 2 /);
  assert.match(words(printed(others)), /memory, the reference, was not played here: there are no ratios\./);
});

test('another durability is marked, and what equal would need', () => {
  const slow = publishing('sqlite', [2, 2]).map((record) => ({
    ...record,
    ...sqlite,
    durability: 'power-loss',
  }));
  const fast = publishing('memory', [1, 1]).map((record) => ({ ...record, ...memory }));
  const text = printed([...fast, ...slow], 'memory', 120);
  assert.match(text, /durability none \/ power-loss/);
  assert.match(text, /^ +reference +! power-loss$/m);
  assert.match(text, /avg +1 +2!$/m);
  assert.match(
    words(text),
    /! sqlite ran at durability power-loss, memory none: .* Equal would need --durability none for both\./,
  );
  const volatile = { bus: { durability: ['none'] }, storage: { durability: ['power-loss', 'none'] } };
  const only = { bus: { durability: ['power-loss'] }, storage: { durability: ['power-loss'] } };
  const apart = [
    ...fast.map((record) => ({ ...record, traits: volatile })),
    ...slow.map((record) => ({ ...record, traits: only })),
  ];
  assert.match(words(printed(apart)), /no level in common \(sqlite: power-loss; memory: none\)/);
});

test('a zero on one side is no ratio, and on both is nothing to tell', () => {
  const cells = ['memory', 'sqlite'].flatMap((stack, at) =>
    [1, 2].map((iteration) =>
      round(stack, iteration, {
        late_sends: number(at * iteration),
        dropped: number(0),
        drain_ms: number(iteration, 'ms'),
      }),
    ),
  );
  const text = printed(cells);
  assert.match(text, /late_sends +0\* +1\.5\n +no ratio/);
  assert.is(text.match(/no ratio$/gm)?.length, 1, 'none for the errors, which were 0 on both');
  assert.match(words(text), /no ratio: a value of zero or less/);
  assert.match(text, /The same wherever it was measured: .*dropped 0/);
});

test('cells of two machines are said to be', () => {
  const [left, right] = [publishing('memory', [1]), publishing('sqlite', [1])];
  const elsewhere = right.map((record) => ({
    ...record,
    environment: { ...record.environment, fingerprint: 'def' },
  }));
  assert.match(words(printed([...left, ...elsewhere])), /from 2 machines or runtimes/);
  assert.not.match(words(printed([...left, ...right])), /machines/);
});

/** As wide and long as they come: every metric, judged, on five stacks. */
function everything(stacks: readonly string[], iterations: number): RunRecord[] {
  const names = Object.entries(metricTable);
  return stacks.flatMap((stack, at) =>
    Array.from({ length: iterations }, (_, iteration) => {
      const value = 1234.5678 * (at + 1) + iteration;
      const metrics = names.map(([name, { kind, unit }]) => [
        name,
        kind === 'histogram' ? histogram(value, 1_234_567) : number(value, unit),
      ]);
      return round(stack, iteration + 1, Object.fromEntries(metrics), {
        // A slope is never judged from one process.
        rules: names
          .filter(([name]) => name !== 'heap_slope')
          .map(([name, { kind }]) => rule(name, [kind === 'histogram' ? 'p(99.9) < 1000000' : 'value > 1'])),
      });
    }),
  );
}

const five = ['memory', 'sqlite', 'redis', 'postgres', 'redis+postgres'];

for (const [width, iterations, blocks] of [
  [80, 1, 2],
  [80, 5, 2],
  [80, 12, 3],
  [120, 5, 1],
] as const) {
  test(`five stacks, ${iterations} rounds, every metric: nothing is wider than ${width}, and nothing is missing`, () => {
    const text = printed(everything(five, iterations), 'memory', width);
    const longest = Math.max(...text.split('\n').map((line) => line.length));
    assert.ok(longest <= width, `${longest}`);
    assert.is(text.match(/^verdict /gm)?.length, blocks);
    // The slope of one process is told to nobody.
    const told = Object.keys(metricTable).filter((name) => name !== 'heap_slope');
    for (const name of told) assert.match(text, new RegExp(`^${name}\\b`, 'm'));
    for (const stack of five) assert.ok(text.includes(stack));
  });
}

test('Markdown has the same numbers, notes and every setting, and nothing of others is markup', () => {
  const text = formats.markdown(comparison(small), {});
  assert.match(text, /^# Testbed comparison$/m);
  assert.match(text, /\| memory \(reference\) \| min\.\.max \| sqlite \| of memory \| redis \| of memory \|/);
  assert.match(
    text,
    /\| `publish_ms` \| avg \| ms \| &lt; 3 ms \| 0\.105\\\* PASS \| 0\.1\.\.0\.11 \| 2\.2 DEGRADED \| x21\.0 20\.9\.\.21\.0 \| - \| {2}\|/,
  );
  assert.match(
    text,
    /^- bus of sqlite: .*batching: the writes of one turn; acknowledgement: COMMIT returned$/m,
  );
  assert.match(text, /^\| sqlite \| bus \| pollMs 5 \|$/m);
  assert.match(text, /^\| memory \| storage \| - \|$/m);
  assert.match(text, /\*\*UNSUPPORTED\*\* redis: /);
  const columns = text.split('\n').filter((line) => line.startsWith('| `') || line.startsWith('| metric'));
  assert.is(new Set(columns.map((line) => line.split(/(?<!\\)\|/).length)).size, 1);
  const evil = publishing('me|mory', [1]).map((record) => ({
    ...record,
    environment: { ...record.environment, bus: { batching: '**a** | <b>', '`x`': '[y](z)' } },
  }));
  const odd = formats.markdown(comparison([...evil, ...publishing('sqlite', [1])], 'me|mory'), {});
  assert.not.match(odd, /(?<!\\)\*\*a|<b>|me\|mory|(?<!\\)\[y/);
});

test('JSON has what was compared beside the records', () => {
  const { comparisons, records } = JSON.parse(formats.json(comparison(small), {}));
  assert.is(records.length, 5);
  const [{ reference, rounds, stacks, rows }] = comparisons;
  assert.equal([reference, rounds, stacks.length], ['memory', 2, 3]);
  const published = rows.find((row: { metric: string }) => row.metric === 'publish_ms');
  assert.equal([published.aggregator, published.unit, published.better], ['avg', 'ms', 'lower']);
  const [, cell] = published.cells;
  assert.equal([cell.stack, cell.verdict, cell.pairs, cell.best], ['sqlite', 'DEGRADED', 2, false]);
  assert.ok(Math.abs(cell.ratio.rounds.max - 21) < 1e-9);
});

test('a result of `run` can be shown as a comparison too, and says that its order was not drawn', () => {
  const result = comparison(publishing('memory', [1]).concat(publishing('sqlite', [2])));
  const { kind: _, reference: __, ...index } = result.index;
  const text = formats.compare({ ...result, index }, {});
  assert.match(text, /1 round, order as listed/);
  assert.match(text, /x2\.00/);
  assert.not.match(formats.json({ ...result, index }, {}), /comparisons/);
  assert.match(formats.markdown({ ...result, index }, {}), /^# Testbed result$/m);
});

test('colour adds codes to the verdict words and nothing else', () => {
  const plain = formats.compare(comparison(small), {});
  const coloured = formats.compare(comparison(small), { colour: true });
  const stripped = coloured.replaceAll(/(?!\n)\p{Cc}\[\d+m/gu, '');
  assert.is(stripped.replaceAll(/ +\n/g, '\n'), plain);
  assert.not.match(plain, /(?!\n)\p{Cc}/u);
});

test('a multiple of a round that doubts itself is marked, whoever judged the number; such a round leads no row', () => {
  const doubt = { verdict: 'INCONCLUSIVE', about: 'generator', detail: 'too slow' } as const;
  const slow = publishing('sqlite', [2, 2.2]);
  const told = printed([...publishing('memory', [0.1, 0.11]), ...slow]);
  assert.match(told, /0\.105\*/);
  assert.not.match(told, /\?/);
  for (const doubted of [0, 1]) {
    const sides = [publishing('memory', [0.1, 0.11]), slow].map((records, at) =>
      records.map((record) => (at === doubted ? { ...record, findings: [doubt] } : record)),
    );
    const text = printed(sides.flat());
    assert.match(text, /x20\.0\?$/m);
    assert.not.match(text, /0\.105\*|2\.1\*/);
    assert.match(text, /\? in doubt: in one of its rounds or more a cell says itself/);
  }
});

test.run();
