/** What the command line says of a search before any is played, and where it refuses one. That they are played: test/drills. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { identityOf } from '../../bin/run-cells.ts';
import { playSearch } from '../../bin/search/play-search.ts';
import { loadScenario } from '../../config/load-scenario.ts';
import type { IndexCell } from '../../reports/record.ts';
import type { Cell } from '../../scenarios/scenario.ts';
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

const cell: Cell = {
  scenario: loadScenario(search, { profile: 'full', env: {} }),
  stack: { name: 'memory', bus: 'memory', storage: 'memory' },
  iteration: 1,
  seed: 7,
};

/** Plays a search whose probes all come to this; which cells it asked for. */
async function askedFor(
  index: Pick<IndexCell, 'verdict' | 'reason'>,
  couldNotRun = false,
  signal = new AbortController().signal,
) {
  const asked: Cell[] = [];
  await playSearch(cell, {
    directory: folder,
    signal,
    async play(probe) {
      asked.push(probe);
      return {
        cell: probe,
        index: { ...identityOf(probe), record: null, ...index },
        couldNotRun,
        detail: '',
      };
    },
  });
  return asked;
}

test('a stack that cannot be played is not asked twice, and nobody after an interrupt', async () => {
  assert.is((await askedFor({ verdict: 'UNSUPPORTED', reason: 'no such durability' })).length, 1);
  assert.is(
    (await askedFor({ verdict: 'INCONCLUSIVE', reason: 'could not run: no server' }, true)).length,
    1,
  );
  assert.is((await askedFor({ verdict: 'INCONCLUSIVE' }, false, AbortSignal.abort())).length, 0);
});

test('a probe is a cell with its value, that ends once it is lost; played again it has another seed', async () => {
  const asked = await askedFor({ verdict: 'INCONCLUSIVE', reason: 'its process died' });
  assert.equal(
    asked.map(({ scenario, iteration, seed }) => [
      scenario.parameters,
      scenario.workload.eventsPerS,
      iteration,
      seed,
    ]),
    [
      [{ events: '1000/s' }, 1000, 1, 7],
      [{ events: '316.2/s' }, 316.2, 1, 7],
      [{ events: '100/s' }, 100, 1, 7],
      [{ events: '100/s' }, 100, 2, 8],
    ],
  );
  assert.ok(asked.every(({ scenario }) => scenario.endsOnceLost === true && scenario.search === undefined));
});

test.run();
