/** The quarterly report from records to its forms. Its numbers nobody measured: see seed-as-records.ts. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { reportOf } from '../../bin/quarterly/report-of.ts';
import { type Datum, measured, type Quarterly, textOf } from '../../reports/quarterly/document.ts';
import { harmOf, probabilityOf, tellsHarm, worstHarm } from '../../reports/quarterly/harm.ts';
import { dataOf, numberedSources, sourceAnchor } from '../../reports/quarterly/numbered-sources.ts';
import { quarterlyHtml, quarterlyPrint } from '../../reports/quarterly/quarterly-html.ts';
import { quarterlyMarkdown } from '../../reports/quarterly/quarterly-markdown.ts';
import { shareInterval } from '../../reports/quarterly/share-interval.ts';
import type { RunRecord } from '../../reports/record.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { hardResults, thousandCells } from './hard-results.ts';
import { quarterlyGoldens } from './quarterly-golden.ts';
import { healed, sampleQuarterly } from './quarterly-sample.ts';
import { number, rule, sampleRecord, sampleResult } from './sample-record.ts';
import { seedAsRecords } from './seed-as-records.ts';

const occasion = { quarter: '2026-Q4', from: '--from results/one', history: null };
const forms = { markdown: quarterlyMarkdown, html: quarterlyHtml, print: quarterlyPrint };

for (const { file, text } of quarterlyGoldens()) {
  test('Markdown as it was; meant to have changed: node test/reports/write-quarterly-golden.ts', () => {
    assert.fixture(text, readFileSync(file, 'utf8'));
  });
}

/** What acts in a page or in Markdown, were it taken for more than text. */
const acts = { markdown: /<script|\n=1\+1/, html: /<script>alert/, print: /<script>alert/ };
/** Spans, and lines that are set in by four: nothing in them is more than text. */
const code = /`[^`\n]*`|^ {4}.*$/gm;
for (const [name, result] of Object.entries({ ...hardResults, 'of 1,000 cells': thousandCells })) {
  for (const [form, write] of Object.entries(forms)) {
    test(`${form} of a result that is ${name}: the same twice, and nothing in it acts`, () => {
      const text = write(reportOf([result], occasion));
      assert.is(text === write(reportOf([result], occasion)), true);
      assert.is(/NaN|undefined|\[object|Infinity/.exec(text), null);
      assert.is(/(?![\n\r])\p{Cc}/u.exec(text), null);
      const told = form === 'markdown' ? text.replaceAll(code, '') : text;
      assert.is(acts[form as keyof typeof acts].exec(told), null);
    });
  }
}

/** Everything that the report says, in reading order. */
const allOf = ({ sections }: Quarterly): readonly Datum[] =>
  sections.flatMap(({ blocks }) => blocks.flatMap(dataOf));

test('every number leads to a run, a cell and a rule that are there; nothing else is a number that was measured', () => {
  const report = sampleQuarterly();
  const { all } = numberedSources(report);
  const runs = new Set([
    'results/seed-1',
    'results/seed-2',
    'results/later',
    'results/before',
    'history quarterly',
  ]);
  for (const { run, cell, rule: said } of all) {
    assert.ok(runs.has(run), run);
    assert.ok(cell !== '' && said !== '');
  }
  const markdown = quarterlyMarkdown(report);
  const page = quarterlyHtml(report);
  const targets = new Set(
    [...markdown.matchAll(/\]\(#(source-\d+)\)/g)].map(([, target]) => target as string),
  );
  assert.ok(targets.size > 300);
  for (const target of targets) assert.ok(markdown.includes(`<a id="${target}"></a>`), target);
  for (const [, target] of page.matchAll(/href="#(source-\d+)"/g))
    assert.ok(page.includes(`id="${target}"`), target);
  assert.ok(page.includes(`id="${sourceAnchor(all.length)}"`));
  const said = allOf(report).filter(({ kind }) => kind === 'measured');
  assert.ok(said.length > 200, `${said.length} measured`);
});

test('a number without a source is not measured', () => {
  assert.equal(measured('5 ms', []), { kind: 'unmeasured', reason: null });
});

test('what no record holds is not measured, and no number is made up', () => {
  const report = reportOf([sampleResult([sampleRecord()])], occasion);
  const told = new Set(['Bottlenecks', 'Scaling'].map(() => 'not measured'));
  for (const title of [
    'Current architecture bottlenecks',
    'Scaling recommendations',
    'WebSocket capacity',
    'Orchestrator nodes',
  ]) {
    const section = report.sections.find((each) => each.title === title);
    const data = section?.blocks.flatMap(dataOf) ?? [];
    assert.ok(data.length > 0 && data.every(({ kind }) => kind !== 'measured'), title);
    assert.ok(
      data.some((datum) => told.has(textOf(datum).slice(0, 12))),
      title,
    );
  }
});

test('the sections are those of the seed report, in its order, and what it has not', () => {
  assert.equal(
    sampleQuarterly().sections.map(({ title }) => title),
    [
      'Executive summary',
      'Test methodology and environment',
      'Current architecture bottlenecks',
      'Load test results',
      'Memory usage patterns',
      'Event bus capacity analysis',
      'Database connection analysis',
      'WebSocket capacity',
      'Orchestrator nodes',
      'Scaling recommendations',
      'Risk assessment',
      'Success metrics',
      'Changes since last quarter',
      'Next steps',
      'Appendix: commands that reproduce it',
    ],
  );
});

test('nodes: how many, beside what one did, and whether the machine had a core for each', () => {
  const played = (nodes: number, perS: number): RunRecord =>
    sampleRecord({
      ...{ scenario: 'scale-out', stack: 'redis', parameters: { nodes } },
      environment: { orchestrator: nodes === 1 ? {} : { nodes, oversubscribed: nodes > 2 } },
      metrics: { events_per_s: number(perS, '1/s'), takeover_ms: number(nodes, 'ms') },
    });
  const result = sampleResult([played(1, 1000), played(2, 1500), played(4, 1600)]);
  const section = reportOf([result], occasion).sections.find(({ title }) => title === 'Orchestrator nodes');
  const rows = section?.blocks.flatMap((block) => (block.kind === 'table' ? block.rows : [])) ?? [];
  assert.equal(
    rows.map((row) => row.map(textOf).slice(0, 4).join(', ')),
    ['scale-out, redis, 1, 1000', 'scale-out, redis, 2, 1500', 'scale-out, redis, 4, oversubscribed, 1600'],
  );
});

const inTime = { heal_recovery_ms: number(100, 'ms') };
// biome-ignore format: a table
const harms: readonly (readonly [what: string, given: Partial<RunRecord>, harm: string])[] = [
  ['nothing', {}, 'LOW'],
  ['a fault and a recovery in time', { faults: [healed], metrics: inTime }, 'LOW'],
  ['a recovery that took long', { faults: [healed], metrics: { heal_recovery_ms: number(5001, 'ms') } }, 'MEDIUM'],
  ['no recovery', { faults: [healed], metrics: {} }, 'HIGH'],
  ['a fault that was never in force', { faults: [{ ...healed, confirmedAtMs: null }], metrics: {} }, 'LOW'],
  ['errors', { metrics: { errors: number(1) } }, 'MEDIUM'],
  ['a bound that was lost', { rules: [rule('spawn_ms', ['avg < 1'])] }, 'MEDIUM'],
  ['something acknowledged that is lost', { metrics: { rpo_events: number(1) } }, 'HIGH'],
  ['a check that failed', { checks: [{ check: 'no-leak', verdict: 'FAIL', detail: '', evidence: [] }] }, 'HIGH'],
];
for (const [what, given, harm] of harms) {
  test(`harm of ${what}: ${harm}`, () => assert.is(harmOf(sampleRecord({ rules: [], ...given })), harm));
}

test('how often harm was done, and what says nothing of it', () => {
  assert.is(worstHarm(['LOW', 'HIGH', 'MEDIUM']), 'HIGH');
  assert.is(probabilityOf(['LOW', 'MEDIUM']), 'HIGH');
  assert.is(probabilityOf([...Array(9).fill('LOW'), 'HIGH']), 'MEDIUM');
  assert.is(probabilityOf([...Array(11).fill('LOW'), 'HIGH']), 'LOW');
  assert.is(tellsHarm(sampleRecord({ verdict: 'INCONCLUSIVE' })), false);
  assert.is(tellsHarm(sampleRecord({ verdict: 'INCONCLUSIVE', metrics: { errors: number(2) } })), true);
});

// By scipy: binomtest(k, n).proportion_ci(0.95, 'exact').
// biome-ignore format: a table
for (const [times, of, low, high] of [[0, 1, 0, 0.975], [0, 10, 0, 0.3085], [5, 10, 0.1871, 0.8129], [1, 4, 0.0063, 0.8059], [4, 4, 0.3976, 1], [3, 300, 0.0021, 0.0289]] as const) {
  test(`${times} of ${of} runs: an exact interval`, () => {
    const [from, to] = shareInterval(times, of);
    assert.ok(Math.abs(from - low) < 1e-4 && Math.abs(to - high) < 1e-4, `${from}..${to}`);
  });
}

test('a limit where the generator gave up is no breaking point, and what held there is at least', () => {
  const results = seedAsRecords().map((result): ResultSet => {
    const records = result.records.map((record) => {
      if (record?.scenario !== 'limit-agents' || record.verdict !== 'FAIL') return record;
      const { thresholds: _, verdict: _verdict, ...rest } = record;
      const slow = { verdict: 'INCONCLUSIVE', about: 'generator too slow', detail: 'so and so' } as const;
      return sampleRecord({ ...rest, rules: [], metrics: {}, findings: [slow] });
    });
    return { ...result, records };
  });
  const markdown = quarterlyMarkdown(reportOf(results, occasion));
  assert.match(
    markdown,
    /\| Concurrent agents \| memory \| \[at least 20\][^|]*\| not measured: the load generator/,
  );
  assert.match(markdown, /limit-agents on memory cannot be judged at 30: \[generator too slow/);
  assert.match(markdown, /\| Max agents \| memory \| \[at least 20\][^|]*\| 100 \| \[not known\]/);
});

test('the cost a million events is held against the same cell of the quarter before', () => {
  const cost = (now: number): string => {
    const results = seedAsRecords().map(
      (result): ResultSet => ({
        ...result,
        records: result.records.map((record) =>
          record && record.scenario === 'moderate'
            ? { ...record, metrics: { ...record.metrics, cpu_s_per_million_events: number(now, 's') } }
            : record,
        ),
      }),
    );
    const first = results[0] as ResultSet;
    const before = first.records.map(
      (record) => record && { ...record, metrics: { cpu_s_per_million_events: number(200, 's') } },
    );
    const previous = {
      savedAt: '2024-12-30T00:00:00.000Z',
      quarter: '2024-Q4',
      result: { ...first, records: before },
    };
    const history = { baseline: 'quarterly', previous, trends: [] };
    return quarterlyMarkdown(reportOf(results, { ...occasion, history }));
  };
  assert.match(
    cost(150),
    /Cost a million events \| memory \| \[150 CPU s a million events, 25 % less than 2024-Q4\].*\[met\]/,
  );
  assert.match(cost(190), /\[190 CPU s a million events, 5 % less than 2024-Q4\].*\[not met\]/);
});

test('the page for paper has pages, and no dark', () => {
  const print = quarterlyPrint(sampleQuarterly());
  assert.match(print, /@page \{ size: A4/);
  assert.match(print, /color-scheme: light !important/);
  assert.not.match(quarterlyHtml(sampleQuarterly()), /@page/);
});

test.run();
