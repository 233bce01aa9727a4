/** `testbed report quarterly` as it is typed: from folders, from the file that it leaves, beside a history; and what is refused. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { report } from '../../bin/commands/report.ts';
import { explain } from '../../bin/error-text.ts';
import { parseFlags } from '../../bin/flags.ts';
import { baselineOf } from '../../bin/history/baseline.ts';
import { withHistory } from '../../bin/history/store.ts';
import { quarterlySelection } from '../../bin/quarterly/measured.ts';
import { quarterOf } from '../../bin/quarterly/quarter.ts';
import { inBrief, readResults } from '../../bin/quarterly/result-file.ts';
import { readResult } from '../../reports/read-result.ts';
import { estimatedMs, planCells } from '../../scenarios/run/plan-cells.ts';
import { scratch, testbed } from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());
const played = resolve(import.meta.dirname, '../fixtures/reports/played');
const quarterly = (...words: readonly string[]) =>
  testbed(['report', 'quarterly', '--quarter', '2026-Q4', ...words], { cwd: folder.path });

test('--into writes all forms and the records, from which the same report is made on stdout', async () => {
  const into = join(folder.path, 'new', 'folder');
  const { stdout } = await quarterly('--from', played, '--into', into);
  const files = readdirSync(into).sort();
  for (const name of ['2026-Q4.html', '2026-Q4-print.html', '2026-Q4.json.gz', '2026-Q4.md'])
    assert.ok(files.includes(name) && stdout.includes(name), name);
  const first = readFileSync(join(into, '2026-Q4.md'), 'utf8');
  assert.match(first, /^# Performance baseline report, 2026-Q4\n/);
  assert.match(first, /Changes: not measured: no history/);
  const told = (text: string): string => text.replaceAll(/^ {4}testbed report quarterly --from .*$/gm, '');
  const again = await quarterly('--from', join(into, '2026-Q4.json.gz'));
  assert.is(told(again.stdout), told(first));
  assert.is(again.code, 1, 'a cell of it has failed');
  assert.is(again.stderr, '');
  const [kept] = await readResults(join(into, '2026-Q4.json.gz'));
  assert.equal(kept, inBrief(await readResult(played)));
});

test('beside a history: the quarter before is held against what was measured', async () => {
  const store = join(folder.path, 'history.db');
  const result = await readResult(played);
  const saved = baselineOf(result, { name: 'ours', savedAt: '2026-09-30T23:00:00.000Z', branch: null });
  await withHistory(store, { create: true }, (history) => history.save([saved], { append: false }));
  const { stdout } = await quarterly('--from', played, '--store', store, '--baseline', 'ours');
  assert.match(stdout, /\*\*Beside 2026-Q3\*\*/);
  assert.match(stdout, /too few results: 1/);
});

test('quarters begin in UTC', () => {
  assert.is(quarterOf(Date.parse('2026-12-31T23:59:59.999Z')), '2026-Q4');
  assert.is(quarterOf(Date.parse('2027-01-01T00:00:00.000Z')), '2027-Q1');
  assert.is(quarterOf(Date.parse('2026-03-31T23:59:59.999Z')), '2026-Q1');
});

test('what --run plays takes under half an hour by its own estimate, and is every shipped part of the report', () => {
  const selected = quarterlySelection('quick', {});
  const names = new Set(selected.map(({ scenario }) => scenario.name));
  for (const name of [
    'stress',
    'limit-agents',
    'limit-events',
    'storage-writers',
    'soak',
    'websocket-capacity',
    'drill-deadlock',
  ])
    assert.ok(names.has(name), name);
  const cells = planCells(selected, 1, 1);
  const minutes = cells.reduce((sum, cell) => sum + estimatedMs(cell), 0) / 60_000;
  assert.ok(minutes < 27, `${minutes} min`);
});

const file = (name: string, content: string | Buffer): string => {
  mkdirSync(folder.path, { recursive: true });
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
};
const packed = (document: unknown): Buffer => gzipSync(JSON.stringify(document));

// biome-ignore format: a table
const refused: readonly (readonly [words: readonly string[], why: RegExp])[] = [
  [['quarterly'], /either made --from RESULT... or measured anew with --run/],
  [['quarterly', '--run', '--from', played], /either made --from/],
  [['quarterly', 'a', '--run'], /takes none/],
  [['quarterly', '--from', played, '--quarter', '2026Q4'], /--quarter "2026Q4": not YEAR-QN/],
  [['quarterly', '--from', played, '--quarter', '2026-Q5'], /not YEAR-QN/],
  [['quarterly', '--from', played, '--format', 'csv'], /--format csv: .*\(allowed: markdown, html, print\)/],
  [['quarterly', '--from', played, '--format', 'html', '--into', 'x'], /takes no --format/],
  [['quarterly', '--from', played, '--seed', '2'], /--seed is of a run/],
  [['quarterly', '--from', played, '--profile', 'full'], /--profile is of a run/],
  [[played, '--from', played], /--from is of the quarterly report/],
  [[played, '--format', 'print'], /--format print is of the quarterly report/],
  [['quarterly', '--from', join(folder.path, 'none')], /none.*not there: this is no results folder/],
  [['quarterly', '--from', file('a.json.gz', 'no gzip')], /a\.json\.gz: is not packed by gzip/],
  [['quarterly', '--from', file('b.json', '{')], /b\.json: is no JSON/],
  [['quarterly', '--from', file('c.json', '{"kind":"other","entries":[]}')], /c\.json: holds no results/],
  [['quarterly', '--from', file('d.json.gz', packed({ kind: 'results', schemaVersion: 2, entries: [] }))], /schemaVersion 2/],
  [['quarterly', '--from', file('e.json.gz', packed({ kind: 'results', schemaVersion: 1, entries: [] }))], /holds no result/],
  [['quarterly', '--from', file('f.json.gz', packed({ kind: 'results', schemaVersion: 1, entries: [{}] }))], /entries\[0\]: directory or records/],
  [['quarterly', '--from', file('g.json.gz', packed({ kind: 'results', schemaVersion: 1, entries: [{ directory: 'x', index: {}, records: [] }] }))], /entries\[0\]\.index/],
  [['quarterly', '--from', played, '--baseline', 'none'], /there is no history yet/],
];
for (const [words, why] of refused) {
  test(`refused: report ${words.map((word) => word.replace(/^\/.*\//, '')).join(' ')}`, async () => {
    try {
      await report.run(parseFlags(report, words));
    } catch (error) {
      const { code, text } = explain(error);
      assert.ok(['INVALID_CONFIG', 'INVALID_RECORD'].includes(code), code);
      assert.match(text, why);
      return;
    }
    assert.unreachable();
  });
}

test.run();
