import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf, type K6Seen } from '../../../scenarios/drivers/k6/findings.ts';
import { k6Environment, k6Words } from '../../../scenarios/drivers/k6/process.ts';
import { unfitForK6 } from '../../../scenarios/drivers/k6/unfit.ts';
import type { Scenario } from '../../../scenarios/scenario.ts';
import { workloadOf } from '../../doubles/workload.ts';

const good: K6Seen = {
  end: { code: 0, overdue: false, said: '' },
  read: { lines: 100, malformed: 0 },
  told: { answered: 10, unanswered: 0, dropped: 0, untold: 0 },
  counted: 10,
  isAborted: false,
};
const nothing = { answered: 0, unanswered: 0, dropped: 0, untold: 0 };

// biome-ignore format: a table
const rows: readonly (readonly [what: string, change: Partial<K6Seen>, about: readonly string[]])[] = [
  ['all is well', {}, []],
  ['crossed thresholds', { end: { code: 99, overdue: false, said: '' } }, ['NOTE k6']],
  ['one dropped', { told: { ...good.told, dropped: 1 } }, ['INCONCLUSIVE k6 dropped iterations']],
  ['the script threw', { end: { code: 107, overdue: false, said: 'x' } }, ['INCONCLUSIVE k6 failed']],
  ['killed', { end: { code: null, overdue: false, said: '' } }, ['INCONCLUSIVE k6 failed']],
  ['overdue', { end: { code: 105, overdue: true, said: '' } }, ['INCONCLUSIVE k6 failed']],
  ['no output', { read: null, told: nothing, counted: 0 }, ['INCONCLUSIVE no samples']],
  ['no output, but requests', { read: null, told: nothing }, ['INCONCLUSIVE no samples', 'INCONCLUSIVE requests disagree']],
  ['output broken', { read: { lines: 100, malformed: 1 } }, ['INCONCLUSIVE k6 output broken']],
  ['counts disagree', { counted: 11 }, ['INCONCLUSIVE requests disagree']],
  ['no counts', { counted: null }, ['INCONCLUSIVE requests disagree']],
  ['aborted', { isAborted: true, end: { code: 105, overdue: false, said: '' }, counted: 11 }, []],
  ['aborted, some dropped', { isAborted: true, told: { ...good.told, dropped: 1 } }, ['INCONCLUSIVE k6 dropped iterations']],
];

for (const [what, change, about] of rows) {
  test(`${what}: ${about.join(', ') || 'nothing'}`, () => {
    const findings = findingsOf({ ...good, ...change });
    assert.equal(
      findings.map((finding) => `${finding.verdict} ${finding.about}`),
      about,
    );
  });
}

test('its command line reports nothing to anybody, and no variable of the user changes its options', () => {
  const words = k6Words({
    script: '/a/load.ts',
    optionsPath: '/b/options.json',
    pointsPath: '/b/points.json',
    variables: { order: '/b/order.json' },
  });
  assert.is(words[0], 'run');
  assert.is(words.at(-1), '/a/load.ts');
  for (const word of ['--no-usage-report', '--config=/b/options.json', '--out=json=/b/points.json'])
    assert.ok(words.includes(word), word);
  assert.equal(words.slice(words.indexOf('--env'), -1), ['--env', 'order=/b/order.json']);
  const environment = k6Environment({ PATH: '/bin', K6_VUS: '9', K6_OUT: 'cloud', K6_WEB_DASHBOARD: 'true' });
  assert.equal(environment, {
    PATH: '/bin',
    K6_NO_USAGE_REPORT: 'true',
    K6_WEB_DASHBOARD: 'false',
    K6_SUMMARY_MODE: 'disabled',
  });
});

type Asked = Parameters<typeof unfitForK6>[0];
const asked: Asked = { driver: 'k6', workload: workloadOf({ eventsPerS: 10, readsPerS: 10 }) };
const fault = {} as NonNullable<Scenario['faults']>[number];

// biome-ignore format: a table
const scenarios: readonly (readonly [what: string, asked: Asked, reason: RegExp | null])[] = [
  ['an open model', asked, null],
  ['a closed one', { ...asked, workload: workloadOf({ arrivals: 'closed' }) }, /open models/],
  ['workers', { ...asked, load: { workers: 2 } }, /load\.workers/],
  ['nothing due', { ...asked, workload: workloadOf({}) }, /none are due/],
  ['nothing due but by a script of the user', { ...asked, ownScript: { path: '/mine.ts', sha256: '' }, workload: workloadOf({}) }, null],
  ['faults', { ...asked, faults: [fault] }, /a fault/],
  ['late subscribers', { ...asked, workload: workloadOf({ eventsPerS: 1, subscribers: { count: 1, late: 1 } }) }, /half-way/],
  ['a backlog', { ...asked, workload: workloadOf({ eventsPerS: 1, backlog: { events: 1, withinMs: 1 } }) }, /stand still/],
  ['a copy of the agents', { ...asked, workload: workloadOf({ readsPerS: 1, looks: 'changes' }) }, /looks: changes/],
  ['agents that are forgotten', { ...asked, workload: workloadOf({ readsPerS: 1, orchestrator: { retention: { endedForMs: 1, endedKept: 1, everyMs: 1 } } }) }, /retention/],
  ['another driver', { ...asked, driver: 'http', workload: workloadOf({ arrivals: 'closed' }) }, null],
];
for (const [what, scenario, reason] of scenarios) {
  test(`${what}: ${reason === null ? 'can be played' : 'is UNSUPPORTED'}`, () => {
    const said = unfitForK6(scenario);
    if (reason === null) assert.is(said, null);
    else assert.match(said as string, reason);
  });
}

test.run();
