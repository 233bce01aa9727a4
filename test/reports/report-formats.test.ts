/** The formats that other programs read, and the page. What they are made from nobody measured: see sample-record.ts. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formats } from '../../reports/formats/table-of-formats.ts';
import { sideBySide } from '../../reports/side-by-side.ts';
import { hardResults } from './hard-results.ts';
import { histogram, number, sampleRecord, sampleResult } from './sample-record.ts';

/** Formats in which a text of somebody's may stand as it is, but for what a terminal would obey. */
const forPrograms: readonly string[] = ['json', 'junit'];
/** What acts in none of them: control signs, and in a page and in Markdown outside of code an element. */
const acts: { readonly [format: string]: RegExp } = { html: /<script>alert/, markdown: /<script/ };
const code = /`[^`\n]*`/g;

for (const [name, result] of Object.entries(hardResults)) {
  for (const [format, reporter] of Object.entries(formats)) {
    test(`${format} of a result that is ${name}: the same twice, and nothing in it acts`, () => {
      const text = reporter(result, {});
      assert.is(text === reporter(result, {}), true);
      assert.is(/NaN|undefined|\[object/.exec(text), null);
      assert.is(/(?![\n\r])\p{Cc}/u.exec(text), null);
      if (!forPrograms.includes(format)) assert.is(/\r(?!\n)/.exec(text), null);
      const told = format === 'markdown' ? text.replaceAll(code, '') : text;
      assert.is(acts[format]?.exec(told) ?? null, null);
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

/** The cells of the first table of a page, row by row, without their markup. */
function restsOn(page: string): readonly string[] {
  const [table = ''] = page.match(/<tbody>[\s\S]*?<\/tbody>/) ?? [];
  return [...table.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    row
      .replaceAll(/<\/t[dh]>/g, ' | ')
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>'),
  );
}

test('the page begins with what the verdict rests on: how much of it there is, and how sure it is', () => {
  const runs = [70, 75, 80, 82, 85, 90].map((avg, at) =>
    sampleRecord({
      iteration: at + 1,
      histograms: {},
      metrics: { ...sampleRecord().metrics, spawn_ms: histogram(avg, 120), errors: number(3) },
      checks: [
        { check: 'no-phantom', verdict: at === 5 ? 'FAIL' : 'PASS', detail: '1 unsent', evidence: [] },
      ],
    }),
  );
  const rows = restsOn(formats.html(sampleResult(runs), {}));
  assert.is(rows.length, 5);
  assert.is(rows[0], 'stress on memory #6 | check no-phantom | 1 unsent | 1 run | - | - | ✕ FAIL | ');
  assert.is(
    rows[1],
    'stress on memory | delivery_rate_pct >= 90 % | 100 % | 6 runs | 100..100 | x1.000 | ✓ PASS | ',
  );
  assert.match(
    rows.join('\n'),
    /spawn_ms avg < 500 ms \| 81 ms \| 6 runs, 720 samples \| 70\.\.90 \| x1\.\d{3} \| ✓ PASS/,
  );
  const [alone = ''] = restsOn(formats.html(sampleResult([sampleRecord()]), {}));
  assert.match(alone, /1 run \| too few runs: 6 tell one \| - \| ✓ PASS/);
});

test('several results are a trend: a line for each stack, and another for another machine', () => {
  const part = (name: string, month: number, fingerprint = 'abc') => {
    const startedAt = `2026-${String(month).padStart(2, '0')}-01T00:00:00.000Z`;
    const environment = { ...sampleRecord().environment, fingerprint };
    const result = sampleResult([sampleRecord({ startedAt, environment, stack: 'memory' })]);
    return { name, result: { ...result, index: { ...result.index, startedAt } } };
  };
  const page = formats.html(sideBySide([part('now', 9), part('before', 3), part('elsewhere', 6, 'xyz')]), {});
  const [, label = ''] = /aria-label="(stress: spawn_ms avg\. [^"]*)"/.exec(page) ?? [];
  assert.is(label, 'stress: spawn_ms avg. memory: 2 points, 80 to 80. memory: 1 points, 80 to 80');
  assert.match(page, /2 results, 2026-03-01 to 2026-09-01, machine abc/);
  assert.not.match(formats.html(sampleResult([sampleRecord()]), {}), /Over time/);
});

test('csv: every line has every column, quotes are doubled, and no text is a formula', () => {
  const lines = formats.csv(hardResults.hostile, {}).trimEnd().split('\r\n');
  const columns = (line: string): number => line.replaceAll(/"(?:[^"]|"")*"/g, 'q').split(',').length;
  assert.ok(lines.length > 5);
  assert.equal([...new Set(lines.map(columns))], [12]);
  const named = sampleResult([sampleRecord({ scenario: '=cmd()' })]);
  assert.match(formats.csv(named, {}), /\r\n'=cmd\(\),/);
});

test('openmetrics: one family for each metric, its samples together, and an end', () => {
  const text = formats.openmetrics(hardResults.ordinary, {});
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
    { name: 'before', result: hardResults.ordinary },
    { name: 'after', result: sampleResult([sampleRecord()]) },
  ]);
  assert.match(formats.table(both, { width: 160 }), /memory \(before\) +sqlite \(before\).*memory \(after\)/);
  assert.is(sideBySide([{ name: 'alone', result: hardResults.ordinary }]), hardResults.ordinary);
});

test.run();
