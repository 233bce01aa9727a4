/** Thresholds that are held against a baseline: limits from what it had, and what is refused or INCONCLUSIVE. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { againstBaseline } from '../../bin/against-baseline.ts';
import { sidesOf } from '../../bin/gate/play-sides.ts';
import type { PlayedSide } from '../../bin/gate/side.ts';
import { baselineOf } from '../../bin/history/baseline.ts';
import { messageOf } from '../../core/error.ts';
import { rejudge } from '../../reports/judge.ts';
import type { RunRecord } from '../../reports/record.ts';
import type { Cell } from '../../scenarios/scenario.ts';
import { loadText } from '../config/broken.ts';
import { histogram, sampleRecord, sampleResult } from '../reports/sample-record.ts';
import { readRecords, resultIn, scratch, testbed, undisturbed, writeScenario } from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());

const scenario = loadText(`name: small
workload:
  phases: [{ name: steady, for: 10s }]
stacks: [memory]
thresholds:
  publish_ms: { pass: "avg <= baseline * 1.5", healthy: "avg <= baseline * 1.2" }
  read_ms: "avg <= baseline"
`);
const cell = {
  scenario,
  stack: { name: 'memory', bus: 'memory', storage: 'memory' },
  iteration: 1,
  seed: 1,
} as Cell;
const environment = { fingerprint: 'one machine' };

function played(publishMs: number, change: Partial<RunRecord> = {}): RunRecord {
  const workload = JSON.parse(JSON.stringify(scenario.workload));
  const metrics = { publish_ms: histogram(publishMs) };
  return sampleRecord({ scenario: 'small', environment, workload, metrics, rules: [], ...change });
}
const baseline = (...records: readonly RunRecord[]) =>
  baselineOf(sampleResult(records), { name: 'main', savedAt: '2026-11-24T10:00:00.000Z', branch: null });
const limitsOf = (...records: readonly RunRecord[]) =>
  againstBaseline([cell], baseline(...records), { fingerprint: 'one machine', forced: false })[0]?.scenario
    .thresholds;

test('a limit is so many times the median of the runs of the same cell; what it did not measure stays open', () => {
  const [publish, read] = limitsOf(played(2), played(10), played(4)) ?? [];
  assert.equal(
    [publish?.pass, publish?.healthy].map((bounds) =>
      bounds?.map(({ limit, relative, text }) => [limit, relative?.baseline, text]),
    ),
    [[[6, 4, 'avg <= baseline * 1.5']], [[4.8, 4, 'avg <= baseline * 1.2']]],
  );
  assert.equal(read?.pass, []);
  assert.is(read?.relative?.[0]?.missing, 'the baseline main has not measured it often enough');
});

test('judged by those: PASS, DEGRADED, FAIL, and INCONCLUSIVE where there is nothing to hold it against', () => {
  const rules = limitsOf(played(4));
  const verdicts = [4, 5, 7].map((ms) => rejudge(played(ms), rules).thresholds.map(({ verdict }) => verdict));
  assert.equal(verdicts, [
    ['PASS', 'INCONCLUSIVE'],
    ['DEGRADED', 'INCONCLUSIVE'],
    ['FAIL', 'INCONCLUSIVE'],
  ]);
  const alone = rejudge(played(4), scenario.thresholds).thresholds;
  assert.equal(
    alone.map(({ rule, verdict, reason }) => [rule, verdict, reason]),
    ['avg <= baseline * 1.5', 'avg <= baseline * 1.2', 'avg <= baseline'].map((rule) => [
      rule,
      'INCONCLUSIVE',
      'is held against a baseline, and none was named (--baseline NAME)',
    ]),
  );
});

test('runs that doubt themselves, and cells of another name, say nothing', () => {
  const doubtful = played(4, {
    findings: [{ verdict: 'INCONCLUSIVE', about: 'generator', detail: 'too slow' }],
  });
  for (const record of [
    doubtful,
    played(4, { stack: 'sqlite' }),
    played(4, { parameters: { agents: 10 } }),
  ]) {
    assert.match(
      limitsOf(record)?.[0]?.relative?.[0]?.missing ?? '',
      /has no such cell that may be believed/,
    );
  }
});

test('another machine or configuration is refused unless it is forced', () => {
  const other = baseline(played(4, { durability: 'power-loss' }));
  const refusals = [
    () => againstBaseline([cell], other, { fingerprint: 'two', forced: false }),
    () => againstBaseline([cell], other, { fingerprint: 'one machine', forced: false }),
    () =>
      againstBaseline([{ ...cell, scenario: { ...scenario, thresholds: [] } }], other, {
        fingerprint: 'one machine',
        forced: true,
      }),
  ].map((act) => {
    try {
      act();
      return 'not refused';
    } catch (error) {
      return messageOf(error);
    }
  });
  assert.match(refusals[0] as string, /played on another machine: one machine, this is two \(--force/);
  assert.match(refusals[1] as string, /small on memory: durability was "?power-loss"?, is "?none"?/);
  assert.match(refusals[2] as string, /no threshold is held against a baseline/);
  const [forced] = againstBaseline([cell], other, { fingerprint: 'two', forced: true });
  assert.is(forced?.scenario.thresholds[0]?.pass[0]?.limit, 6);
});

const slowed = fileURLToPath(new URL('../doubles/adapters/slowed-bus.ts', import.meta.url));

/** A scenario whose bus takes so long for each publish, and is the same in all else. */
const withBus = (ackMs: number): string =>
  writeScenario(folder.path, 'mine', {
    stacks: [slowed],
    options: { bus: { slowed: { ackMs } } },
    thresholds: {
      publish_ms: 'avg <= baseline * 1.5',
      'errors{stack:sqlite}': 'value >= 1',
      errors: 'value <= 0',
    },
  });

test('from the command line: a bus that has become slower FAILs against what was saved before', async () => {
  const at = { cwd: folder.path };
  const first = await undisturbed(folder.path, (into) => testbed(['run', withBus(0), '--output', into], at));
  assert.is(first.code, 2, first.stderr);
  assert.match(first.stdout, /publish_ms.*is held against a baseline, and none was named/);
  await testbed(['baseline', 'save', 'main', resultIn(first.output)], at);
  // So much slower that no machine is too busy to see it.
  const second = await testbed(['run', withBus(1500), '--output', 'second', '--baseline', 'main'], at);
  assert.is(second.code, 1, second.stderr);
  assert.match(second.stdout, /^publish_ms +avg +<= \S+ ms = 1\.5 x baseline .*FAIL/m);
  const [record] = readRecords(resultIn(join(folder.path, 'second')));
  assert.equal(
    record?.rules.map(({ metric, pass }) => [metric, pass.length]),
    [
      ['publish_ms', 1],
      ['errors', 1],
    ],
    'what is said of another stack is not in the record',
  );
});

test('a comparison takes its limits there as well; in a gate they stay open, and it says why', async () => {
  const at = { cwd: folder.path };
  const compared = ['compare', withBus(0), '--stacks', `memory,${slowed}`, '--iterations', '1'];
  const ended = await testbed([...compared, '--baseline', 'main', '--output', 'compared'], at);
  const records = readRecords(resultIn(join(folder.path, 'compared')));
  const ofPublish = records.map(({ stack, thresholds }) => [
    stack,
    thresholds.find(({ metric }) => metric === 'publish_ms')?.reason ?? 'judged',
  ]);
  assert.equal(
    ofPublish.toSorted(),
    [
      ['memory', 'the baseline main has no such cell that may be believed'],
      ['slowed-bus.ts', 'judged'],
    ],
    ended.stderr,
  );
  const side: PlayedSide = { kind: 'played', text: 'stack:memory', stack: cell.stack, options: null };
  const { base } = sidesOf({ scenario, stacks: [cell.stack] }, side, side);
  const open = rejudge(played(4), base.scenario.thresholds).thresholds;
  assert.match(open[0]?.reason ?? '', /a gate holds head against base by its margins/);
});

test.run();
