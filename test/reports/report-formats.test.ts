/** The formats that other programs read, and the page. What they are made from nobody measured: see sample-record.ts. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formats } from '../../reports/formats/table-of-formats.ts';
import { sideBySide } from '../../reports/side-by-side.ts';
import { histogram, number, type SampleCell, sampleRecord, sampleResult } from './sample-record.ts';

const hostile = `<script>alert('x')</script>|"a",\n=1+1 \u0007\u{1f600}`;
const evil = sampleRecord({
  scenario: hostile,
  stack: hostile,
  description: hostile,
  findings: [{ verdict: 'NOTE', about: hostile, detail: hostile }],
  checks: [{ check: 'no-phantom', verdict: 'FAIL', detail: hostile, evidence: [hostile.repeat(400)] }],
  metrics: { ...sampleRecord().metrics, spawn_ms: histogram(80, 120), errors: number(3) },
});
const absent: SampleCell = { stack: 'redis', verdict: 'UNSUPPORTED', reason: 'not installed' };
const results = {
  ordinary: sampleResult([sampleRecord(), sampleRecord({ stack: 'sqlite' }), absent]),
  hostile: sampleResult([evil]),
  empty: sampleResult([]),
};

for (const [name, result] of Object.entries(results)) {
  for (const format of ['html', 'csv', 'openmetrics', 'hgrm'] as const) {
    test(`${format} of a result that is ${name}: the same twice, and nothing in it acts`, () => {
      const text = formats[format](result, {});
      assert.is(text, formats[format](result, {}));
      assert.not.match(text, /NaN|undefined|\[object/);
      // Only in a page does markup act.
      assert.is(text.includes('<script>alert'), format !== 'html' && name === 'hostile');
      assert.not.ok(text.includes('\u0007'));
    });
  }
}

test('the page has a heading for every sheet, a picture for every histogram, and loads nothing', () => {
  const rate = { unit: '1/s', windowMs: 100, values: [900, null, 1100] };
  const page = formats.html(sampleResult([sampleRecord({ series: { offered_per_s: rate } })]), {});
  assert.match(
    page,
    /role="img" aria-label="stress on memory: events a second. offered: 2 points, 900 to 1100"/,
  );
  assert.match(page, /^<!doctype html>\n<html lang="en">/);
  assert.match(page, /<h2 id="sheet-1">stress<\/h2>/);
  assert.match(page, /<a href="#sheet-1">/);
  assert.match(
    page,
    /role="img" aria-label="stress on memory: events a second|role="img" aria-label="stress/,
  );
  assert.not.match(page, /(src|href)="(?!#)|url\(|@import/);
  const opened = page.match(/<(section|figure|table|details|svg|g|ul|div)[ >]/g)?.length;
  assert.is(opened, page.match(/<\/(section|figure|table|details|svg|g|ul|div)>/g)?.length);
});

test('csv: every line has every column, quotes are doubled, and no text is a formula', () => {
  const lines = formats.csv(results.hostile, {}).trimEnd().split('\r\n');
  const columns = (line: string): number => line.replaceAll(/"(?:[^"]|"")*"/g, 'q').split(',').length;
  assert.ok(lines.length > 5);
  assert.equal([...new Set(lines.map(columns))], [12]);
  const named = sampleResult([sampleRecord({ scenario: '=cmd()' })]);
  assert.match(formats.csv(named, {}), /\r\n'=cmd\(\),/);
});

test('openmetrics: one family for each metric, its samples together, and an end', () => {
  const text = formats.openmetrics(results.ordinary, {});
  const families = [...text.matchAll(/^# TYPE (\S+) gauge$/gm)].map(([, name]) => name);
  assert.is(new Set(families).size, families.length);
  let current = '';
  for (const line of text.split('\n')) {
    current = /^# TYPE (\S+)/.exec(line)?.[1] ?? current;
    if (line !== '' && !line.startsWith('#')) assert.ok(line.startsWith(`${current}{`), line);
  }
  assert.ok(text.endsWith('\n# EOF\n'));
  assert.match(
    text,
    /testbed_spawn_ms\{scenario="stress",stack="memory",iteration="1",aggregator="avg"\} 80\n/,
  );
});

test('hgrm: values and counts rise to the last sample', () => {
  const text = formats.hgrm(sampleResult([sampleRecord()]), {});
  const rows = [...text.matchAll(/^ +([\d.]+) ([01]\.\d{12}) +(\d+)/gm)].map(([, ...words]) =>
    words.map(Number),
  );
  const last = rows.at(-1);
  assert.equal(last, [400, 1, 120]);
  for (const [at, row] of rows.entries())
    for (const [column, value] of row.entries()) assert.ok(value >= (rows[at - 1]?.[column] ?? 0));
  assert.match(text, /#\[Mean {4}= +80\.000, StdDeviation/);
});

test('two results side by side: the columns of each bear its name', () => {
  const both = sideBySide([
    { name: 'before', result: results.ordinary },
    { name: 'after', result: sampleResult([sampleRecord()]) },
  ]);
  assert.match(formats.table(both, { width: 160 }), /memory \(before\) +sqlite \(before\).*memory \(after\)/);
  assert.is(sideBySide([{ name: 'alone', result: results.ordinary }]), results.ordinary);
});

test.run();
