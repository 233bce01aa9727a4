/** `testbed gate` against a baseline, on results that were written by the test so that every answer is known. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { baseline } from '../../bin/commands/baseline.ts';
import { gate } from '../../bin/commands/gate.ts';
import { explain } from '../../bin/error-text.ts';
import { parseFlags } from '../../bin/flags.ts';
import { rulesOf } from '../../bin/gate/rules.ts';
import { parseMargin, parsePrimary } from '../../config/gate.ts';
import type { GateFinding } from '../../reports/gate/findings.ts';
import type { GateOrder } from '../../reports/gate/rule.ts';
import type { RunRecord } from '../../reports/record.ts';
import { writeIndex, writeRecord } from '../../reports/write-result.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { round } from '../reports/compare-rounds.ts';
import { histogram, number, sampleIndex } from '../reports/sample-record.ts';
import { inTurn, scratch, testbed } from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());
const at = { cwd: folder.path };
const store = join(folder.path, '.testbed/history.db');

/** A results folder of so many rounds in which publishing takes so long, and an event costs so much. */
async function write(
  name: string,
  count: number,
  ms: number,
  given: Partial<RunRecord> = {},
  order: GateOrder | null = null,
): Promise<string> {
  const path = join(folder.path, name);
  mkdirSync(path);
  const environment = { fingerprint: 'here' };
  const metrics = {
    publish_ms: histogram(ms),
    events_per_s: number(1000, '1/s'),
    cpu_s_per_million_events: number(ms, 's'),
  };
  const records = Array.from({ length: count }, (_, index) =>
    round('sqlite', index + 1, metrics, { environment, ...given }),
  );
  for (const record of records) await writeRecord(path, record);
  await writeIndex(path, { ...sampleIndex(records), ...(order && { gates: { stress: order } }) });
  return name;
}

await write('before', 12, 100);
await write('same', 12, 101);
await write('slower', 12, 130);
await write('cheaper', 12, 79);
await write('few', 5, 130);
await write('rest', 7, 130);
await write('other-machine', 12, 100, { environment: { fingerprint: 'there' } });
await write('other-load', 12, 100, {
  workload: { agents: 7, subscribers: { count: 10, late: 0 }, eventsPerS: 1000 },
});
await write('other-stack', 12, 100, { stack: 'redis' });
const goal = {
  primary: [parsePrimary('cpu_s_per_million_events')],
  margin: [parseMargin('cpu_s_per_million_events=-20%')],
};
await write('own-goal', 12, 79, {}, goal);
await baseline.run(parseFlags(baseline, ['save', 'main', join(folder.path, 'before'), '--store', store]));

const answers: readonly (readonly [words: string, code: number, says: RegExp])[] = [
  ['same', 0, /^publish_ms +avg +100 +101 +x1\.010 .* 12 .*10%\/3%, 1 ms +PASS$/m],
  ['slower', 1, /^gate: FAIL$/m],
  ['slower --margin 50% --fail-on degraded', 1, /^gate: DEGRADED$/m],
  ['few', 2, /publish_ms avg: not enough rounds: 5, at least 8 are needed/],
  ['few rest', 1, /^gate: FAIL$/m],
  [
    'cheaper --primary cpu_s_per_million_events --fail-on degraded',
    0,
    /^cpu_s_per_million_events +value +100 +79 +x0\.790/m,
  ],
  [
    'cheaper --primary cpu_s_per_million_events --margin cpu_s_per_million_events=-20%',
    0,
    /x0\.790.*-20%\/-20% +PASS$/m,
  ],
  ['same --primary cpu_s_per_million_events --margin cpu_s_per_million_events=-20%', 1, /^gate: FAIL$/m],
  [
    'same --primary spawn_ms',
    2,
    /spawn_ms avg: not measured in 12 of 12 rounds of base and 12 of 12 rounds of head/,
  ],
  ['own-goal', 0, /^cpu_s_per_million_events .*x0\.790.*-20%\/-20% +PASS$/m],
  ['own-goal --margin cpu_s_per_million_events=-25%', 1, /^gate: FAIL$/m],
  ['own-goal --primary publish_ms', 0, /^publish_ms +avg +100 +79 .*10%\/3%, 1 ms +PASS$/m],
  ['other-machine --force', 0, /^FORCED: played on another machine: there, base on here$/m],
  ['other-stack', 2, /head left no record in 12 of 12 rounds/],
];

test('a result is judged against a baseline, and the exit code is the answer', async () => {
  await inTurn(answers, 2, async ([words, code, says]) => {
    const ended = await testbed(['gate', '--baseline', 'main', ...words.split(' ')], at);
    assert.is(ended.code, code, `${words}: ${ended.stdout}${ended.stderr}`);
    assert.match(ended.stdout, says, words);
    assert.match(ended.stdout, /^not played side by side: /m);
    assert.is(ended.stderr, '');
  });
});

test('the same as JSON', async () => {
  const { stdout, code } = await testbed(['gate', '--baseline', 'main', 'slower', '--json'], at);
  const { verdict, rows, notes, findings } = JSON.parse(stdout);
  assert.equal([code, verdict, rows.length, notes.length], [1, 'FAIL', 2, 2]);
  assert.equal(
    findings.map((finding: GateFinding) => [finding.verdict, finding.detail.split(' ')[0]]),
    [['NOTE', 'cpu_s_per_million_events']],
  );
  assert.equal(Object.keys(rows[0]).toSorted(), [
    ...[
      'aggregator',
      'base',
      'cell',
      'detectable',
      'head',
      'high',
      'low',
      'margins',
      'metric',
      'phase',
      'ratio',
    ],
    ...['reason', 'rounds', 'verdict'],
  ]);
});

const refused: readonly (readonly [words: string, says: RegExp])[] = [
  ['', /what is to be held against what\? --base SIDE --head SIDE, or --baseline NAME RESULT/],
  ['--baseline main', /which result is to be judged\?/],
  ['--baseline mian same', /no baseline is called "mian"; it has: main$/],
  ['--baseline main none', /none\/index\.json: not there/],
  [
    '--baseline main other-machine',
    /not comparable: played on another machine: there, base on here \(--force/,
  ],
  ['--baseline main other-load', /stress on sqlite: workload\.agents was 100, is 7 \(--force/],
  ['--baseline main same --primary spwan_ms', /--primary spwan_ms: is no metric; did you mean "spawn_ms"\?/],
  [
    '--baseline main same --primary offered_per_s',
    /offered_per_s: is neither better nor worse for being more/,
  ],
  ['--baseline main same --primary spawn_ms:max', /of a histogram a gate judges avg or pN/],
  ['--baseline main same --primary errors:avg', /of a number a gate judges its value/],
  ['--baseline main same --primary spawn_ms,spawn_ms:avg', /spawn_ms avg is asked for twice/],
  [
    '--baseline main same --primary spawn_ms,publish_ms,read_ms,errors,rss_mb,heap_mb',
    /6 metrics; with more than 5/,
  ],
  [
    '--baseline main same own-goal',
    /stress in \S+same and stress in \S+own-goal do not say the same of what a gate judges: take each by itself/,
  ],
  ['--baseline main same --margin 10', /"10" is no share/],
  ['--baseline main same --margin 0%', /"0%" is no share/],
  ['--baseline main same --margin -100%', /"-100%" is no share/],
  ['--baseline main same --margin publish_ms=-20%/-20%/1ms', /what has to become better has no floor/],
  ['--baseline main same --margin 5%/10%', /would FAIL by less than it is DEGRADED by/],
  ['--baseline main same --margin 5%/1%/1ms', /a floor is of one metric/],
  ['--baseline main same --margin publish_ms=5%/1%/1MB', /the floor is a number of ms/],
  [
    '--baseline main same --margin heap_mb=5%',
    /--margin heap_mb: is not judged; --primary heap_mb asks for it/,
  ],
];
for (const [words, says] of refused) {
  test(`refused: gate ${words}`, async () => {
    const given = words
      .split(' ')
      .map((word) => (/^(same|none|own-goal|other-\w+)$/.test(word) ? join(folder.path, word) : word));
    try {
      await gate.run(parseFlags(gate, [...given.filter((word) => word !== ''), '--store', store]));
    } catch (error) {
      const { code, text } = explain(error);
      assert.match(text, says);
      assert.ok(['INVALID_CONFIG', 'INVALID_RECORD'].includes(code), code);
      return;
    }
    assert.unreachable('it was not refused');
  });
}

const margins: readonly (readonly [words: readonly string[], fail: number, warn: number, floor: number])[] = [
  [[], 0.1, 0.03, 1],
  [['--margin', '5%'], 0.05, 0.015, 1],
  [['--margin', '5%/5%'], 0.05, 0.05, 1],
  [['--margin', 'spawn_ms=20%/10%/0.1ms'], 0.2, 0.1, 0.1],
  [['--margin', 'spawn_ms=20%/10%/0,5%'], 0.2, 0.1, 0],
];
for (const [words, fail, warn, floor] of margins) {
  test(`margins of ${words.join(' ') || 'nobody'}`, () => {
    const { rules } = rulesOf(parseFlags(gate, ['--primary', 'spawn_ms', ...words]), []);
    assert.equal(rules[0]?.margins, { fail, warn, floor });
  });
}

const scenario = (name: string, primary: readonly string[], margin: readonly string[]): Scenario =>
  ({
    name,
    gate: { primary: primary.map(parsePrimary), margin: margin.map(parseMargin) },
  }) as unknown as Scenario;
const [own, alike, other] = [
  scenario('own', ['spawn_ms'], ['20%', 'spawn_ms=50%']),
  scenario('alike', ['spawn_ms'], ['20%', 'spawn_ms=50%']),
  scenario('other', ['publish_ms'], []),
];
const judgedBy = (words: readonly string[], ...scenarios: readonly Scenario[]) => {
  const { rules, named } = rulesOf(parseFlags(gate, [...words]), scenarios);
  return [named, ...rules.map(({ metric, margins: { fail } }) => `${metric} ${fail}`)];
};

test('what the scenarios ask for is judged, unless flags ask for something else', () => {
  assert.equal(judgedBy([], own, alike), [true, 'spawn_ms 0.5']);
  assert.equal(judgedBy(['--margin', '30%'], own), [true, 'spawn_ms 0.5'], 'of one metric wins over all');
  assert.equal(judgedBy(['--margin', 'spawn_ms=30%'], own), [true, 'spawn_ms 0.3'], 'the last word');
  assert.equal(
    judgedBy(['--primary', 'errors'], own, other),
    [true, 'errors 0.1'],
    'and its margins are gone',
  );
  assert.equal(judgedBy([])[0], false);
  assert.throws(() => judgedBy([], own, other), /own and other do not say the same of what a gate judges/);
});

test.run();
