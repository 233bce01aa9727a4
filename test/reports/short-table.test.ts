/** What the terminal shows of a run: the judged numbers, a few others, nothing twice, and every scenario's verdict. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inOne, patternOf, rangesText } from '../../reports/formats/one-sentence.ts';
import { formats } from '../../reports/formats/table-of-formats.ts';
import type { Finding, RunRecord } from '../../reports/record.ts';
import { comparison, publishing } from './compare-rounds.ts';
import { number, rule, sampleRecord, sampleResult } from './sample-record.ts';

const slow = (late: string): Finding => ({
  verdict: 'INCONCLUSIVE',
  about: 'generator too slow',
  detail: `events were sent ${late} ms late on average`,
});
const doubted = (iteration: number, late: string, stack = 'memory'): RunRecord =>
  sampleRecord({ stack, iteration, findings: [slow(late)] });

test('a run shows what was judged and a few numbers more; full and the summary have all', () => {
  const record = sampleRecord({
    metrics: { ...sampleRecord().metrics, duplicates: number(7), heap_mb: number(20, 'MB') },
  });
  const [short, full, summary] = (['table', 'full', 'markdown'] as const).map((name) =>
    formats[name](sampleResult([record]), {}),
  ) as [string, string, string];
  assert.match(short, /^heap_mb +20$/m);
  assert.not.match(short, /duplicates/);
  assert.match(short, /^\(\d more rows: --format full, or summary\.md in the results\)$/m);
  assert.match(full, /^duplicates +7$/m);
  assert.not.match(full, /more rows/);
  assert.match(summary, /`duplicates`/);
});

test('what a scenario wants shown is shown', () => {
  const shown = [{ metric: 'duplicates', phase: null, aggregator: 'value' }];
  const record = sampleRecord({ shown, metrics: { ...sampleRecord().metrics, duplicates: number(7) } });
  assert.match(formats.table(sampleResult([record]), {}), /^duplicates +7$/m);
});

test('in a cell that doubts itself no number has passed, and one that failed has', () => {
  const rules = [rule('events_per_s', ['value >= 300']), rule('errors', ['value < 0'])];
  const record = sampleRecord({ rules, findings: [slow('6.3')] });
  for (const text of [
    formats.table(sampleResult([record]), {}),
    formats.compare(comparison([record]), {}),
    formats.markdown(sampleResult([record]), {}),
  ]) {
    assert.match(text, /events_per_s.*INCONCLUSIVE/);
    assert.match(text, /errors.*FAIL/);
    assert.not.match(text, /events_per_s.*PASS/);
  }
});

test('a number without enough samples costs the other numbers of its cell nothing', () => {
  const rules = [rule('events_per_s', ['value >= 300']), rule('drain_ms', ['value < 1'])];
  const text = formats.table(sampleResult([sampleRecord({ rules })]), {});
  assert.match(text, /events_per_s.*PASS/);
  assert.match(text, /drain_ms.*INCONCLUSIVE/);
});

test('the same remark of several rounds is there once, with its rounds and how far its numbers go', () => {
  const rounds = [
    doubted(1, '6.3'),
    doubted(2, '12.0'),
    doubted(3, '5.1'),
    sampleRecord({ iteration: 4 }),
    doubted(5, '7.0'),
  ];
  const remark = /^INCONCLUSIVE (.*late on average)$/gm;
  const found = [...formats.table(sampleResult(rounds), { width: 120 }).matchAll(remark)].map(
    ([, text]) => text,
  );
  assert.equal(found, ['memory #1-3, #5: generator too slow: events were sent 5.1..12.0 ms late on average']);
});

test('what a check found for one cause in several rounds is there once, with what it shows of the first', () => {
  const lost = (iteration: number, detail: string, evidence: readonly string[]) =>
    sampleRecord({ iteration, checks: [{ check: 'no-stranded', verdict: 'FAIL', detail, evidence }] });
  const rounds = [
    lost(1, '1 agents are gone after kill on node', ['agent-7-2 is gone']),
    lost(2, '3 agents are gone after kill on node', ['agent-1-1 is gone', 'agent-2-1 is gone']),
    lost(3, '2 agents are gone after no fault', ['agent-5-1 is gone']),
  ];
  const found = [...formats.table(sampleResult(rounds), { width: 120 }).matchAll(/^FAIL (.*gone.*)$/gm)];
  assert.equal(
    found.map(([, text]) => text),
    [
      'memory #1-2: check no-stranded: 1..3 agents are gone after kill on node (memory #1: agent-7-2 is gone)',
      'memory #3: check no-stranded: 2 agents are gone after no fault (agent-5-1 is gone)',
    ],
  );
});

// biome-ignore format: a table
const sentences: readonly (readonly [texts: readonly string[], one: string | null])[] = [
  [['3 of 10 came', '7 of 10 came'], '3..7 of 10 came'],
  [['p99 was 30.1 ms', 'p99 was 9 ms'], 'p99 was 9..30.1 ms'],
  [['agent-3 was lost', 'agent-4 was lost'], null],
  [['Node 24.21.0', 'Node 24.22.0'], null],
  [['(CPU 9 %): a', '(CPU 80 %): a'], '(CPU 9..80 %): a'],
];
for (const [texts, one] of sentences) {
  test(`one sentence or several: ${texts.join(' | ')}`, () => {
    const patterns = new Set(texts.map(patternOf));
    assert.is(patterns.size === 1, one !== null);
    if (one !== null) assert.is(inOne(texts), one);
  });
}

test('ranges', () => {
  assert.is(rangesText([1, 2, 3, 5, 7, 8]), '#1-3, #5, #7-8');
  assert.is(rangesText([4]), '#4');
});

test('several scenarios end with every verdict at a glance', () => {
  const failing = sampleRecord({
    scenario: 'moderate',
    stack: 'redis+postgres',
    rules: [rule('errors', ['value > 0'])],
  });
  const text = formats.table(
    sampleResult([
      sampleRecord(),
      sampleRecord({ iteration: 2, findings: [slow('1')] }),
      sampleRecord({ stack: 'sqlite' }),
      failing,
    ]),
    {},
  );
  const grid = text.slice(
    text.lastIndexOf('\n\n', text.indexOf('4 cells') - 3) + 2,
    text.indexOf('\n4 cells'),
  );
  assert.fixture(
    grid,
    `          memory                sqlite  redis+postgres
stress    1 of 2  INCONCLUSIVE  PASS
moderate                                FAIL
`,
  );
  assert.is(
    formats.table(sampleResult([sampleRecord()]), {}).match(/^stress /gm)?.length,
    1,
    'one table says it all',
  );
});

test('the head names the profile, where the index has one', () => {
  const result = sampleResult([sampleRecord()]);
  const quick = { ...result, index: { ...result.index, profile: 'quick' } };
  for (const name of ['table', 'compare', 'markdown'] as const) {
    assert.match(formats[name](quick, {}), /seed 1\s.*profile quick/);
    assert.not.match(formats[name](result, {}), /profile/);
  }
});

test('of many sets of values the table shows the first, and all that did not pass', () => {
  const many = Array.from({ length: 50 }, (_, at) =>
    sampleRecord({
      parameters: { agents: at + 1 },
      ...(at === 49 && { rules: [rule('errors', ['value > 0'])] }),
    }),
  );
  const text = formats.table(sampleResult(many), { width: 120 });
  assert.is(text.match(/^\d+ .*(PASS|FAIL)$/gm)?.length, 30);
  assert.match(text, /^50 .*FAIL$/m);
  assert.match(text, /^\(20 more rows: --format full/m);
  assert.is(formats.full(sampleResult(many), { width: 120 }).match(/^\d+ .*(PASS|FAIL)$/gm)?.length, 50);
});

test('who leads alone is marked so; who is not told apart from the best is marked as that', () => {
  const text = formats.compare(
    comparison([
      ...publishing('memory', [1, 1.3, 1]),
      ...publishing('sqlite', [1.1, 1.2, 1.1]),
      ...publishing('redis', [5, 6, 5]),
    ]),
    {},
  );
  assert.match(text, /^publish_ms +avg +1~ +1\.1~ +5$/m);
  assert.match(text, /x1\.10~ 0\.923\.\.1\.10 +x5\.00 4\.62\.\.5\.00$/m);
  assert.match(text, /^~ no difference seen/m);
  assert.not.match(text, /^\* best/m);
});

test('numbers in which no stack is told apart stand in one sentence', () => {
  const records = ['memory', 'sqlite'].flatMap((stack, at) =>
    [1, 2].map((iteration) =>
      sampleRecord({
        stack,
        iteration,
        rules: [],
        metrics: { drain_ms: number(5 + (iteration === at + 1 ? 1 : 0), 'ms') },
      }),
    ),
  );
  const text = formats.compare(comparison(records), {});
  assert.not.match(text, /^drain_ms/m);
  assert.match(text, /No difference to memory seen on any stack: drain_ms 5\.5\./);
});

test.run();
