/** What the command line says of a search before any is played, and where it refuses one. That they are played: test/drills. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inTurn, scratch, testbed, writeScenario } from './command-line.ts';

const { path: folder, remove } = scratch();
test.after(remove);

const search = writeScenario(folder, 'limit', {
  search: { vary: 'events', between: '100/s..10k/s', probes: 5 },
});
const sweep = writeScenario(folder, 'swept', { sweep: { vary: 'agents', over: [2, 4, 8] } });

test('a plan says what is searched for and where it begins, and counts the most that it takes', async () => {
  const { code, stdout } = await testbed(['run', search, sweep, '--plan']);
  assert.is(code, 0);
  assert.match(stdout, /^seed 1, 3 cells and 1 search, at most about \d+ s: 3 s of load/);
  assert.match(stdout, /\n {2}search: events 100\/s\.\.10000\/s within 5 %, up to 5 probes, first 1000\/s\n/);
  assert.match(stdout, /\nswept agents=8 /);
});

const refused: readonly (readonly [words: readonly string[], says: RegExp])[] = [
  [['run', search, '--iterations', '2'], /limit searches for a limit: it plays values again by itself/],
  [
    ['compare', search, '--stacks', 'memory,sqlite'],
    /limit searches for a limit: testbed run searches on every stack/,
  ],
  [
    ['gate', search, '--base', 'stack:memory', '--head', 'stack:sqlite'],
    /limit searches for a limit: a gate is of numbers/,
  ],
];

test('what wants rounds of a cell refuses a search', async () => {
  const ended = await inTurn(refused, 2, ([words]) => testbed(words));
  for (const [at, { code, stderr }] of ended.entries()) {
    assert.is(code, 3, stderr);
    assert.match(stderr, (refused[at] as (typeof refused)[number])[1]);
  }
});

test.run();
