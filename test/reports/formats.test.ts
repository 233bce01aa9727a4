import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Reference } from '../../reports/formats/reporter.ts';
import { formats } from '../../reports/formats/table-of-formats.ts';
import { metricTable } from '../../reports/metric-table.ts';
import type { RunRecord } from '../../reports/record.ts';
import { verdicts } from '../../reports/verdict.ts';
import { histogram, number, rule, type SampleCell, sampleRecord, sampleResult } from './sample-record.ts';

const reference: Reference = {
  label: 'seed report 2.0',
  verdict: 'FAIL',
  metrics: {
    spawn_ms: { aggregator: 'avg', text: '~800', verdict: 'FAIL' },
    events_per_s: { aggregator: 'value', text: '~300', verdict: 'DEGRADED' },
    memory_growth_mb: { aggregator: 'value', text: '~450', verdict: 'DEGRADED' },
  },
};

const sqlite: RunRecord = sampleRecord({
  stack: 'sqlite',
  metrics: {
    spawn_ms: histogram(300, 120),
    event_delivery_ms: histogram(2.2, 9),
    events_per_s: number(299.97, '1/s'),
    offered_per_s: number(1002, '1/s'),
    delivery_rate_pct: number(99.97, '%'),
    errors: number(3),
  },
  histograms: {},
  checks: [
    { check: 'no-lost-acked', verdict: 'FAIL', detail: '2 lost', evidence: ['agent-1 #7', 'agent-1 #8'] },
    { check: 'no-phantom', verdict: 'PASS', detail: 'nothing delivered that was not sent', evidence: [] },
    { check: 'order-per-key', verdict: 'UNSUPPORTED', detail: 'the bus promises no order', evidence: [] },
  ],
  findings: [{ verdict: 'NOTE', about: 'errors', detail: '3 x BUSY' }],
});
const absent: SampleCell = {
  stack: 'redis',
  verdict: 'UNSUPPORTED',
  reason: 'redis-server is not installed: apt-get install redis-server',
};

test('the table with every number, word for word', () => {
  const printed = formats.full(sampleResult([sampleRecord(), sqlite, absent]), {
    width: 120,
    reference: { stress: reference },
    wallMs: 75_300,
  });
  assert.fixture(
    printed,
    `stress   100 agents   10 subscribers   steady 4 s   load open, poisson   seed 1   Node 24.21   2 cores   durability none
results/2026-11-24T09-12-07-stress/

                        threshold  seed report 2.0  memory        sqlite                redis
spawn_ms           avg  < 500 ms   ~800  FAIL       80      PASS  300     DEGRADED      -
                   p95             -                160           600                   -
                   n               -                120           120                   -
event_delivery_ms  avg  < 50 ms    -                0.31    PASS  -       INCONCLUSIVE  -
                   p95             -                0.62          -                     -
                   p99             -                0.93          -                     -
                   n               -                40000         9                     -
events_per_s            >= 300     ~300  DEGRADED   1000    PASS  299.97  FAIL          -
delivery_rate_pct       >= 90 %    -                100     PASS  99.97   PASS          -
memory_growth_mb                   ~450  DEGRADED   -             -                     -
offered_per_s                      -                1000          1000                  -
errors                             -                0             3                     -
checks                             -                2 of 2  PASS  1 of 2  FAIL          -
verdict                            FAIL             PASS          FAIL                  UNSUPPORTED

FAIL sqlite: check no-lost-acked: 2 lost (agent-1 #7; agent-1 #8)
INCONCLUSIVE sqlite: event_delivery_ms avg < 50: too few samples: avg needs 10, there were 9
DEGRADED sqlite: spawn_ms avg is past healthy: avg < 200
UNSUPPORTED sqlite: check order-per-key: the bus promises no order
UNSUPPORTED redis: redis-server is not installed: apt-get install redis-server
NOTE sqlite: errors: 3 x BUSY

3 cells: 1 FAIL, 1 PASS, 1 UNSUPPORTED   wall time 75.3 s   results/2026-11-24T09-12-07-stress/
FAIL, exit 1: at least one FAIL
`,
  );
});

test('replicas are told in the head, unless they are what the cells differ in', () => {
  const headOf = (change: Partial<RunRecord>): string =>
    formats.table(sampleResult([sampleRecord({ replicas: 2, ...change })]), { width: 120 });
  assert.match(headOf({}), /durability none\s+2 replicas/);
  assert.not.match(headOf({ parameters: { replicas: 2 } }), /2 replicas/);
});

const iterations = [100, 170, 310].map((avg, at) =>
  sampleRecord({
    stack: 'sqlite',
    iteration: at + 1,
    seed: at + 1,
    metrics: {
      ...sampleRecord().metrics,
      spawn_ms: histogram(avg, 120),
      ...(at === 2 ? {} : { drain_ms: number(at, 'ms') }),
    },
    histograms: {},
  }),
);

test('several iterations: the median, how far they lie apart, the worst verdict, and of how many', () => {
  const lines = formats.table(sampleResult([sampleRecord(), ...iterations]), { width: 120 }).split('\n');
  const at = lines.findIndex((line) => line.startsWith('spawn_ms'));
  assert.match(lines[at - 2] ?? '', /memory +sqlite/);
  assert.match(lines[at - 1] ?? '', /^ +median of 3$/);
  assert.match(lines[at] ?? '', /avg +< 500 ms +80 +PASS +170 +DEGRADED$/);
  assert.match(lines[at + 1] ?? '', /^ +min\.\.max +100\.\.310$/);
  const all = formats.full(sampleResult([sampleRecord(), ...iterations]), { width: 120 }).split('\n');
  const drain = all.findIndex((line) => line.startsWith('drain_ms'));
  assert.match(all[drain] ?? '', /- +0\.5$/);
  assert.match(all[drain + 1] ?? '', /min\.\.max +0\.\.1 of 2$/);
  assert.not.match(lines[lines.findIndex((line) => line.startsWith('errors')) + 1] ?? '', /min\.\.max/);
  assert.ok(lines.includes('DEGRADED sqlite #3: spawn_ms avg is past healthy: avg < 200'));
  assert.ok(lines.includes('4 cells: 1 DEGRADED, 3 PASS   results/2026-11-24T09-12-07-stress/'));
});

test('one failing iteration of five fails its row, whatever the median', () => {
  const runs = [1, 2, 3, 4, 900].map((avg, at) =>
    sampleRecord({
      iteration: at + 1,
      metrics: { ...sampleRecord().metrics, spawn_ms: histogram(avg, 120) },
      histograms: {},
    }),
  );
  assert.match(
    formats.table(sampleResult(runs), {}),
    /spawn_ms +avg +< 500 ms +3 +FAIL\n +min\.\.max +1\.\.900\n/,
  );
});

test('colour adds codes to the verdict words and nothing else', () => {
  const result = sampleResult([sampleRecord(), sqlite, absent]);
  const plain = formats.table(result, { reference: { stress: reference } });
  const coloured = formats.table(result, { reference: { stress: reference }, colour: true });
  assert.not.match(plain, /(?!\n)\p{Cc}/u);
  assert.ok(coloured.includes('\u001B[31mFAIL\u001B[39m'));
  const stripped = coloured.replaceAll(/(?!\n)\p{Cc}\[\d+m/gu, '');
  assert.is(stripped.replaceAll(/ +\n/g, '\n'), plain);
});

/** A result as wide and as long as they come: every metric, long names, many stacks, several iterations. */
function wide(stacks: readonly string[], runs: number): RunRecord[] {
  const all = Object.entries(metricTable).map(([name, { kind, unit }]) => [
    name,
    kind === 'histogram' ? histogram(123.456, 1_234_567) : number(-123_456.789, unit),
  ]);
  const phases = ['steady', 'a phase whose name goes on and on until it ends'];
  const inPhase = phases.map((name) => [`event_delivery_ms{phase:${name}}`, histogram(8, 7)]);
  const rules = [
    ...Object.entries(metricTable).map(([name, { kind }]) =>
      rule(name, [kind === 'histogram' ? 'p(99.9) < 1000000' : 'value == 1']),
    ),
    ...phases.map((name) => rule(`event_delivery_ms{phase:${name}}`, ['p(99) < 20'])),
  ];
  return stacks.flatMap((stack) =>
    Array.from({ length: runs }, (_, at) =>
      sampleRecord({
        stack,
        iteration: at + 1,
        rules,
        metrics: Object.fromEntries([...all, ...inPhase]),
        histograms: {},
      }),
    ),
  );
}

const long = '/a/very/long/path/to/a/module/of/somebody/else/adapter.ts+postgres';

for (const width of [80, 81, 100, 132, 400]) {
  for (const runs of [1, 3]) {
    test(`${width} columns, ${runs} iterations: every line fits, every stack, metric and verdict is there`, () => {
      const records = wide(['memory', 'sqlite', 'memory+sqlite', 'redis-streams+postgres', long], runs);
      const printed = formats.table(sampleResult(records), { width, reference: { stress: reference } });
      const lines = printed.split('\n');
      for (const line of lines) assert.ok(line.length <= width, `${line.length}: ${line}`);
      for (const name of Object.keys(metricTable)) assert.match(printed, new RegExp(`^${name}\\b`, 'm'));
      assert.match(printed, /^ {2}phase a phase whose name goes on and on until it ends$/m);
      const blocks = lines.filter((line) => line.startsWith('verdict')).join(' ');
      assert.is(blocks.match(/FAIL/g)?.length, 6, 'five stacks and the reference');
      const cut = printed.match(/\b(?:PAS|DEGRADE|FAI|INCONCLUSIV|UNSUPPORTE)\b/g);
      assert.is(cut, null);
      const headed = lines.filter((line) => line.includes('threshold')).length;
      assert.is(headed, lines.filter((line) => line.startsWith('verdict')).length);
      assert.ok(width > 80 || headed > 1, 'folds');
    });
  }
}

test('less than 80 columns is taken for 80', () => {
  const result = sampleResult([sampleRecord(), sqlite]);
  assert.is(formats.table(result, { width: 20 }), formats.table(result, { width: 80 }));
  assert.is(formats.table(result, {}), formats.table(result, { width: 80 }));
});

test('cells of other parameter values have a row of their own, and in Markdown a table', () => {
  const records = [50, 100].map((agents) =>
    sampleRecord({ parameters: { agents }, workload: { agents, subscribers: 1 } }),
  );
  const printed = formats.table(sampleResult(records), { width: 200 });
  for (const agents of [50, 100]) assert.match(printed, new RegExp(`^${agents} +80 .* PASS$`, 'm'));
  const markdown = formats.markdown(sampleResult(records), {});
  assert.match(markdown, /^50 agents - 1 subscriber - .*agents = 50$/m);
  assert.match(markdown, /^100 agents - 1 subscriber - .*agents = 100$/m);
});

test('an interrupted cell, a result that contradicts itself, and an empty one say so', () => {
  const interrupted = formats.table(sampleResult([sampleRecord({ interrupted: true })]), { exitCode: 130 });
  assert.match(interrupted, /INCONCLUSIVE memory: interrupted before its end/);
  assert.match(interrupted, /INCONCLUSIVE, exit 130: interrupted\n$/);
  const doubted = formats.table({ ...sampleResult([sampleRecord()]), doubts: ['it is not so'] }, {});
  assert.match(doubted, /^DOUBT it is not so$/m);
  const empty = formats.table(sampleResult([]), {});
  assert.match(empty, /0 cells: none.*\nINCONCLUSIVE, exit 2/);
});

test('where index and record differ, the worse is shown', () => {
  const result = sampleResult([sampleRecord()]);
  const cells = result.index.cells.map((cell) => ({ ...cell, verdict: 'FAIL' as const }));
  const printed = formats.table({ ...result, index: { ...result.index, cells } }, {});
  assert.match(printed, /^verdict +FAIL$/m);
  assert.match(printed, /^FAIL, exit 1/m);
});

test('--fail-on is part of what the exit code means', () => {
  const result = sampleResult([sampleRecord(), absent]);
  assert.match(formats.table(result, {}), /PASS, exit 0: nothing failed/);
  assert.match(formats.table(result, { failOn: 'unsupported' }), /PASS, exit 1: --fail-on unsupported/);
});

test('what could not be asked of a stack was not judged, and the last line says so', () => {
  const { checks } = sampleRecord();
  const unasked = {
    check: 'legal-transitions',
    verdict: 'UNSUPPORTED',
    detail: 'not seen',
    evidence: [],
  } as const;
  const partly = sampleRecord({ checks: [...checks, unasked] });
  const said = (cells: readonly SampleCell[]): string | undefined =>
    /exit 0: (.*)/.exec(formats.table(sampleResult(cells), {}))?.[1];
  assert.is(said([sampleRecord()]), 'nothing failed and everything was judged');
  assert.is(said([sampleRecord(), absent]), 'nothing failed; 1 cell UNSUPPORTED, left out');
  assert.is(said([partly]), 'nothing failed; checks of 1 cell UNSUPPORTED, left out');
  assert.is(
    said([partly, { ...partly, iteration: 2 }, absent]),
    'nothing failed; 1 cell UNSUPPORTED and checks of 2 cells UNSUPPORTED, left out',
  );
});

test('that an abort bound was reached has a row of its own', () => {
  const reached = {
    verdict: 'FAIL',
    about: 'abort',
    detail: 'stopped after 1.2 s: errors value > 5: 7',
  } as const;
  const [first, second] = [sampleRecord(), sampleRecord({ stack: 'sqlite', findings: [reached] })];
  assert.match(formats.table(sampleResult([first, second]), {}), /^abort +- +FAIL$/m);
  assert.match(formats.markdown(sampleResult([first, second]), {}), /^\| abort \|.*\| - \| FAIL \|$/m);
  assert.not.match(formats.table(sampleResult([first]), {}), /^abort/m);
  const rounds = [second, { ...second, iteration: 2, findings: [] }];
  assert.match(formats.table(sampleResult(rounds), {}), /^abort +1 of 2 +FAIL$/m);
});

test('notes are limited, verdicts are not', () => {
  const findings = (verdict: 'NOTE' | 'INCONCLUSIVE') =>
    Array.from({ length: 20 }, (_, at) => ({
      verdict,
      about: `finding ${String.fromCharCode(97 + at)}`,
      detail: 'x',
    }));
  const notes = formats.table(sampleResult([sampleRecord({ findings: findings('NOTE') })]), {});
  assert.is(notes.match(/^NOTE memory/gm)?.length, 8);
  assert.match(notes, /^NOTE 12 more in the records$/m);
  const doubts = formats.table(sampleResult([sampleRecord({ findings: findings('INCONCLUSIVE') })]), {});
  assert.is(doubts.match(/^INCONCLUSIVE memory/gm)?.length, 20);
});

test('markdown: the same numbers, with sample counts, offered load and the machine', () => {
  const printed = formats.markdown(sampleResult([sampleRecord(), sqlite, absent]), {
    reference: { stress: reference },
  });
  for (const line of [
    '| metric |  | unit | pass | healthy | seed report 2.0 | memory | sqlite | redis |',
    '| `spawn_ms` | avg | ms | &lt; 500 ms | &lt; 200 ms | ~800 FAIL | 80 PASS | 300 DEGRADED | - |',
    '| `events_per_s` |  | 1/s | >= 300 |  | ~300 DEGRADED | 1000 PASS | 299.97 FAIL | - |',
    '| `offered_per_s` |  | 1/s |  |  | - | 1000 | 1000 | - |',
    '| **verdict** |  |  |  |  | FAIL | **PASS** | **FAIL** | **UNSUPPORTED** |',
    '| `event_delivery_ms` | sqlite | 9 | 2.2 | 0.22 | 1.98 | - | - | - | - | 11 |',
    '- **FAIL** sqlite: check no-lost-acked: 2 lost (agent-1 #7; agent-1 #8)',
    '- cpu: Example CPU',
  ]) {
    assert.ok(printed.split('\n').includes(line), line);
  }
});

test('markdown: text of others breaks no table and becomes no markup', () => {
  const record = sampleRecord({
    stack: 'a|b',
    metrics: { ...sampleRecord().metrics, 'spawn_ms{phase:a|b}': histogram(1) },
    findings: [{ verdict: 'NOTE', about: '<b>', detail: '| x |\n# y `z' }],
  });
  const printed = formats.markdown(sampleResult([record]), {});
  const tables = printed.split('\n').filter((line) => line.startsWith('|'));
  const bars = (line: string): number => line.replaceAll('\\|', '').split('|').length;
  const heads = new Set(tables.map(bars));
  assert.ok(heads.size <= 2, 'a width for each of the two tables');
  assert.match(printed, /&lt;b>: \\\| x \\\| # y \\`z/);
});

test('json: one document with everything in it', () => {
  const result = sampleResult([sampleRecord(), sqlite, absent]);
  const { directory: _, ...rest } = result;
  assert.equal(JSON.parse(formats.json(result, {})), { schemaVersion: 1, ...rest });
});

test('any mixture of cells prints without a word lost', () => {
  const cell = fc.record({
    stack: fc.constantFrom('memory', 'sqlite', 'redis', 'x'.repeat(90)),
    iteration: fc.integer({ min: 1, max: 3 }),
    verdict: fc.constantFrom(...verdicts),
    recorded: fc.boolean(),
    empty: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 8 }), fc.integer({ min: 0, max: 200 }), (cells, width) => {
      const given = cells.map(({ stack, iteration, verdict, recorded, empty }): SampleCell => {
        const bare = empty
          ? { metrics: {}, rules: [], checks: [], histograms: {}, environment: {}, workload: {} }
          : {};
        return recorded
          ? sampleRecord({ stack, iteration, verdict, ...bare })
          : { stack, verdict, reason: 'why' };
      });
      const result = sampleResult(given);
      const printed = formats.table(result, { width });
      for (const line of printed.split('\n')) assert.ok(line.length <= Math.max(80, width), line);
      for (const { verdict } of given) assert.match(printed, new RegExp(`\\d ${verdict}\\b`));
      assert.ok(formats.markdown(result, {}).length > 0);
    }),
    { numRuns: 200 },
  );
});

test.run();
