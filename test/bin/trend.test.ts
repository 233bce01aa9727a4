/** `testbed trend` over a store that holds what was planted in it. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trend as command } from '../../bin/commands/trend.ts';
import { explain } from '../../bin/error-text.ts';
import { parseFlags } from '../../bin/flags.ts';
import { readNumbers } from '../../bin/history/numbers.ts';
import { withHistory } from '../../bin/history/store.ts';
import { trendIn } from '../../bin/history/trend-of.ts';
import { createRandom } from '../../core/random.ts';
import { fillHistory } from '../bench/history-store.ts';
import { scratch, testbed } from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());
const store = join(folder.path, 'history.db');
const cells = [
  ['stress', 'redis'],
  ['stress', 'sqlite'],
] as const;
const machine = (result: number): string => (result < 16 ? 'old machine' : 'new machine');
// Twice as fast on the new machine, which is no change of ours; a tenth slower from the tenth result on it.
const factor = (result: number): number => (result < 16 ? 2 : result < 26 ? 1 : 1.1);
await fillHistory(store, 'main', { results: 36, cells, runs: 2, factor, machine }, createRandom(1));
await fillHistory(store, 'few', { results: 3, cells, runs: 1, factor: () => 1 }, createRandom(2));
const trend = (...words: readonly string[]) =>
  testbed(['trend', ...words, '--store', store], { cwd: folder.path });

test('a change is told with its commit, size and direction; another machine is none', async () => {
  const { code, stdout, stderr } = await trend(
    'event_delivery_ms:p99',
    '--baseline',
    'main',
    '--stacks',
    'redis',
  );
  assert.is(code, 0, stderr);
  const lines = stdout.split('\n').filter((line) => line !== '');
  assert.is(lines[0] as string, 'event_delivery_ms p(99) of the results saved as main');
  assert.match(
    lines[1] as string,
    /^stress on redis: 16 results, 2026-01-01 to 2026-01-16, machine old machine, .*: no change$/,
  );
  assert.match(
    lines[2] as string,
    /^stress on redis: 20 results, 2026-01-17 to 2026-02-05, machine new machine, /,
  );
  assert.match(
    lines[4] as string,
    /^2026-01-2\dT00:00:00 +commit00002[4-8] +worse +\+(9|10|11)\.?\d* % .* ms +3[23]\.?\d* ms$/,
  );
  assert.match(
    lines[5] as string,
    /^stress on redis: another machine from 2026-01-17T.*: old machine, then new machine$/,
  );
  assert.is(lines.length, 6, stdout);
});

test('every result stands in the JSON, one value for all its runs', async () => {
  const { code, stdout } = await trend('spawns_per_s', '--baseline', 'main', '--format', 'json');
  assert.is(code, 0);
  const { series, breaks, leftOut } = JSON.parse(stdout);
  assert.equal(
    series.map(({ cell, points }: { cell: string; points: unknown[] }) => [cell, points.length]),
    cells.flatMap(([scenario, stack]) => [16, 20].map((count) => [`${scenario} on ${stack}`, count])),
  );
  assert.equal(breaks[0].cells, ['stress on redis', 'stress on sqlite']);
  assert.is(leftOut, 0);
  const change = series[1].changes[0];
  assert.is(change.direction, 'better', 'more a second is better');
  assert.ok(change.change.low < 10 && 10 < change.change.high, JSON.stringify(change));
});

test('with too few results nothing is well: exit code 2, and why', async () => {
  const { code, stdout } = await trend('spawn_ms', '--baseline', 'few');
  assert.is(code, 2);
  assert.match(stdout, /too few results: 3; a change takes 8, 4 on either side$/m);
});

test('runs that doubt themselves or did not measure it are left out and counted', async () => {
  const subject = {
    metric: 'spawn_ms',
    phase: null,
    aggregator: 'avg',
    bound: { aggregator: 'avg', percentile: null },
  };
  const numbers = await withHistory(store, { create: false }, (history) =>
    history.numbers('main', 'spawn_ms'),
  );
  const spoiled = numbers.map((number, at) => {
    if (at === 0) return { ...number, doubtful: 1 as const };
    if (at === 1) return { ...number, metric: null };
    return at === 4 ? { ...number, configuration: null } : number;
  });
  const { leftOut, series } = trendIn('main', subject as Parameters<typeof trendIn>[1], spoiled);
  assert.is(leftOut, 3);
  assert.is(
    series.reduce((sum, { points }) => sum + points.length, 0),
    71,
    'one result lost both of its runs',
  );
});

test('a look over all of history goes by its indexes, and reads no documents', () => {
  const db = new Database(store, { readonly: true });
  const asked: string[] = [];
  const watched = {
    prepare(query: string) {
      asked.push(query);
      return db.prepare(query);
    },
  } as unknown as typeof db;
  readNumbers(watched, 'main', 'spawn_ms', Error);
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${asked[0]}`).all('$.x', 'main') as { detail: string }[];
  db.close();
  assert.equal(
    plan.map(({ detail }) => detail),
    [
      'SEARCH baselines USING INDEX baselines_by_name (name=?)',
      'SEARCH records USING PRIMARY KEY (baseline=?)',
    ],
  );
});

const refused: readonly (readonly [words: readonly string[], says: RegExp])[] = [
  [['spawn_ms'], /of which results\? --baseline NAME/],
  [['spawn_mss', '--baseline', 'main'], /unknown metric "spawn_mss"; did you mean "spawn_ms"\?/],
  [['spawn_ms:p97', '--baseline', 'main'], /no record lists p97 \(allowed: avg, min, max, count, p50/],
  [['errors:avg', '--baseline', 'main'], /unknown aggregator "avg" for errors/],
  [['errors:rate', '--baseline', 'main'], /the history keeps no rate/],
  [['spawn_ms', '--baseline', 'mian'], /no baseline is called "mian"; it has: main, few$/],
  [
    ['spawn_ms', '--baseline', 'main', '--stacks', 'postgres'],
    /no such result \(there are: redis, sqlite\)$/,
  ],
  [['spawn_ms', '--baseline', 'main', '--format', 'xml'], /--format xml: unknown value/],
];
for (const [words, says] of refused) {
  test(`refused: trend ${words.join(' ')}`, async () => {
    try {
      await command.run(parseFlags(command, [...words, '--store', store]));
    } catch (error) {
      const { code, text } = explain(error);
      assert.is(code, 'INVALID_CONFIG');
      assert.match(text, says);
      return;
    }
    assert.unreachable('it was not refused');
  });
}

test.run();
