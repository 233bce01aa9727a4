/** What build servers read: JUnit XML that libxml2 finds valid, and annotations that GitHub's runner takes as meant. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { validateXML } from 'xmllint-wasm';
import { githubAnnotations } from '../../reports/formats/github.ts';
import { judgedCells, judgedGate } from '../../reports/formats/judgements.ts';
import { junitXml } from '../../reports/formats/junit.ts';
import { formats } from '../../reports/formats/table-of-formats.ts';
import type { GateReport } from '../../reports/gate/judge-gate.ts';
import { hardResults } from './hard-results.ts';
import { rule, sampleRecord, sampleResult } from './sample-record.ts';

const schema = readFileSync(join(import.meta.dirname, 'junit.xsd'), 'utf8');

async function flawsOf(xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({ xml: [{ fileName: 'junit.xml', contents: xml }], schema: [schema] });
  return errors.map(({ message }) => message);
}

const failing = sampleRecord({
  scenario: 'mine',
  rules: [
    rule('spawn_ms', ['avg < 50']),
    rule('publish_ms', ['avg < 1']),
    rule('errors', ['value <= 0'], ['value <= -1']),
  ],
  checks: [
    { check: 'no-lost-acked', verdict: 'FAIL', detail: '2 lost', evidence: ['event 7', 'event 9'] },
    { check: 'converges', verdict: 'UNSUPPORTED', detail: 'this stack cannot', evidence: [] },
  ],
});
const cells = [
  failing,
  { ...failing, iteration: 2, seed: 2 },
  sampleRecord(),
  {
    scenario: 'stress',
    stack: 'postgres',
    iteration: 1,
    seed: 1,
    verdict: 'INCONCLUSIVE' as const,
    reason: 'it died: 50% & <more>',
  },
];
const result = (() => {
  const whole = sampleResult(cells);
  return { ...whole, index: { ...whole.index, sources: { mine: 'load/mine.yaml' } } };
})();

test('JUnit: a suite for each cell, a case for all that was judged; every verdict has its kind', async () => {
  const xml = formats.junit(result, {});
  assert.equal(await flawsOf(xml), []);
  assert.is(xml, formats.junit(result, {}), 'the same result, the same bytes');
  assert.match(xml, /^<testsuites name="testbed" tests="17" failures="4" errors="3">$/m);
  assert.match(
    xml,
    /^<testsuite name="mine on memory #2" tests="5" failures="2" errors="1" skipped="1" time="6.100" timestamp="2026-11-24T09:12:07.250Z">$/m,
  );
  assert.match(
    xml,
    /<testcase classname="mine on memory" name="spawn_ms avg &#60; 50">\n<failure type="FAIL" message="was 80 ms">was 80 ms<\/failure>/,
  );
  assert.match(
    xml,
    /name="publish_ms avg &#60; 1">\n<error type="INCONCLUSIVE" message="not measured; not measured">/,
  );
  assert.match(
    xml,
    /name="check no-lost-acked">\n<failure type="FAIL" message="2 lost">2 lost&#10;event 7&#10;event 9</,
  );
  assert.match(xml, /name="check converges">\n<skipped type="UNSUPPORTED"/);
  assert.match(
    xml,
    /name="errors value &#60;= 0">\n<system-out>DEGRADED: was 0; healthy is value &#60;= -1</,
  );
  assert.match(
    xml,
    /classname="stress on postgres" name="verdict">\n<error type="INCONCLUSIVE" message="it died: 50% &#38; &#60;more&#62;">/,
  );
});

test('JUnit: --fail-on makes failures of what it names', () => {
  assert.match(formats.junit(result, { failOn: 'degraded' }), /tests="17" failures="6" errors="3"/);
  assert.match(formats.junit(result, { failOn: 'unsupported' }), /tests="17" failures="8" errors="3"/);
});

test('GitHub: a line for all that has not passed, of several rounds once, beside its file', () => {
  const lines = formats.github(result, {}).trimEnd().split('\n');
  assert.equal(lines, [
    '::error file=load/mine.yaml,title=FAIL mine on memory%3A spawn_ms avg < 50::was 80 ms (in 2 rounds)',
    '::error file=load/mine.yaml,title=FAIL mine on memory%3A check no-lost-acked::2 lost%0Aevent 7%0Aevent 9 (in 2 rounds)',
    '::warning file=load/mine.yaml,title=INCONCLUSIVE mine on memory%3A publish_ms avg < 1::not measured; not measured (in 2 rounds)',
    '::warning file=load/mine.yaml,title=DEGRADED mine on memory%3A errors value <= 0::was 0; healthy is value <= -1 (in 2 rounds)',
    '::warning title=INCONCLUSIVE stress on postgres%3A verdict::it died: 50%25 & <more>',
    '::notice file=load/mine.yaml,title=UNSUPPORTED mine on memory%3A check converges::this stack cannot (in 2 rounds)',
  ]);
  assert.is(formats.github(sampleResult([sampleRecord()]), {}), '', 'what passed is no annotation');
});

test('GitHub shows ten of a kind: the tenth says how many more there are', () => {
  const judgements = Array.from({ length: 14 }, (_, at) => ({
    name: `check ${at}`,
    verdict: 'FAIL' as const,
    detail: 'no',
  }));
  const lines = githubAnnotations([{ title: 'a on b', scenario: 'a', record: null, judgements }], 'fail', {})
    .trimEnd()
    .split('\n');
  assert.is(lines.length, 10);
  assert.is(lines[9], '::error title=5 more like it::see the summary');
});

const hostile = '</testcase><x y="1">&amp;]]>\u0000\u001b[31m\ud800\r\n::error::no\ufffe%0A,:';

test('hostile names and texts stay what they are: text', async () => {
  const record = sampleRecord({
    scenario: hostile,
    stack: hostile,
    environment: { commit: hostile, fingerprint: hostile },
    checks: [{ check: hostile, verdict: 'FAIL', detail: hostile, evidence: [hostile] }],
    findings: [{ verdict: 'FAIL', about: hostile, detail: hostile }],
  });
  const spoiled = { ...sampleResult([record]), directory: hostile, doubts: [hostile] };
  const xml = formats.junit(spoiled, {});
  assert.equal(await flawsOf(xml), []);
  assert.match(
    xml,
    /name="check &#60;\/testcase&#62;&#60;x y=&#34;1&#34;&#62;&#38;amp;\]\]&#62;\ufffd\ufffd\[31m\ufffd&#13;&#10;::error::no\ufffd%0A,:"/,
  );
  const lines = formats
    .github({ ...spoiled, index: { ...spoiled.index, sources: { [hostile]: hostile } } }, {})
    .trimEnd()
    .split('\n');
  assert.is(lines.length, 3);
  for (const line of lines) {
    assert.match(line, /^::(error|warning) (file=[^:,\r\n]*,)?title=[^:,\r\n]*::[^\r\n]*$/);
  }
});

for (const [name, hard] of Object.entries(hardResults)) {
  test(`JUnit of a result that is ${name} is valid`, async () => {
    assert.equal(await flawsOf(formats.junit(hard, {})), []);
  });
}

test('a gate is judged by its answer', async () => {
  const row = {
    cell: 'stress on sqlite',
    metric: 'publish_ms',
    phase: null,
    aggregator: 'avg',
    margins: { fail: 0.1, warn: 0.03, floor: 1 },
  };
  const numbers = {
    base: 1,
    head: 1.3,
    ratio: 1.3,
    low: 1.25,
    high: null,
    detectable: 1.05,
    rounds: 12,
    reason: null,
  };
  const report: GateReport = {
    verdict: 'FAIL',
    rows: [{ ...row, ...numbers, verdict: 'FAIL' }],
    findings: [
      { cell: row.cell, verdict: 'NOTE', detail: 'set aside: round 3' },
      { cell: row.cell, verdict: 'INCONCLUSIVE', detail: 'a round is missing' },
    ],
    settled: true,
  };
  const xml = junitXml(judgedGate(report), 'fail');
  assert.equal(await flawsOf(xml), []);
  assert.match(xml, /tests="2" failures="1" errors="1"/);
  assert.match(
    xml,
    /name="publish_ms avg">\n<failure type="FAIL" message="head is x1\.300 of base \[x1\.250, -\] in 12 rounds; fails past 10 %">/,
  );
});

test('a gate that judged nothing is no empty list, which would be green', () => {
  const report: GateReport = { verdict: 'INCONCLUSIVE', rows: [], findings: [], settled: false } as never;
  assert.match(junitXml(judgedGate(report), 'fail'), /tests="1" failures="0" errors="1"/);
});

test('every verdict of a result is in the list: what no part accounts for is said of the whole', () => {
  const nothing = sampleRecord({ rules: [], checks: [], interrupted: true });
  const [cell] = judgedCells(sampleResult([nothing]));
  assert.equal(cell?.judgements, [
    { name: 'verdict', verdict: 'INCONCLUSIVE', detail: 'of the cell as a whole' },
  ]);
});

test('the schema finds flaws', async () => {
  const xml = formats.junit(result, {});
  for (const [what, changed] of [
    ['an unknown element', xml.replaceAll('system-out', 'system-shout')],
    ['a count that is none', xml.replace('tests="17"', 'tests="many"')],
    ['no name', xml.replace(' name="errors value', ' nam="errors value')],
    ['torn', xml.slice(0, -40)],
  ] as const) {
    assert.ok((await flawsOf(changed)).length > 0, what);
  }
});

test.run();
