/** Searches as the command line plays them: a limit that is known is found, an interrupted one goes on, a fault is in force meanwhile. */
import { existsSync, globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { IndexSearch } from '../../reports/record.ts';
import {
  readIndex,
  readRecords,
  resultIn,
  scratch,
  start,
  testbed,
  until,
  writeScenario,
} from '../bin/command-line.ts';

/** Serves this many a second by default, and not one more. */
const limited = resolve(import.meta.dirname, '../doubles/adapters/serves-at-most.ts');
const capacity = 2000;

const { path: folder, remove } = scratch();
test.after(remove);

/** What a busy machine leaves unanswered is asked again. */
const mostTries = 3;

function answerIn(directory: string): IndexSearch {
  const [search] = readIndex(directory).searches ?? [];
  assert.ok(search, 'the index has the search');
  return search as IndexSearch;
}

test('the capacity of a bus with a hard limit is found within 5 %, in at most 12 probes', async () => {
  const scenario = writeScenario(folder, 'hard-limit', {
    search: { vary: 'events', between: '500/s..50k/s' },
    workload: { agents: 10, inFlight: 10_000, phases: [{ name: 'steady', for: '1500ms' }] },
    stacks: [limited],
    thresholds: { achieved_ratio: 'value >= 0.985', errors: 'value <= 0' },
  });
  for (let tries = 1; ; tries++) {
    const output = join(folder, `limit-${tries}`);
    const ended = await testbed(['run', scenario, '--output', output], { patienceMs: 120_000 });
    const directory = resultIn(output);
    const { answer } = answerIn(directory);
    if (answer.edge !== 'stack' && tries < mostTries) continue;
    assert.is(ended.code, 0, ended.stdout);
    assert.is(answer.edge, 'stack', ended.stdout);
    const { limit, breaksAt } = answer as { readonly limit: number; readonly breaksAt: number };
    assert.ok(
      Math.abs(limit / capacity - 1) <= 0.05 && breaksAt > limit && breaksAt <= limit * 1.05,
      `${limit} ${breaksAt}`,
    );
    assert.match(answer.reasons[0] ?? '', /^achieved_ratio value >= 0\.985, was 0\.\d+$/);
    assert.ok(readRecords(directory).length <= 12);
    return;
  }
});

test('a search that is interrupted goes on with the probes that it has', async () => {
  const scenario = writeScenario(folder, 'goes-on', {
    search: { vary: 'events', between: '50/s..400/s', within: '50 %', probes: 3 },
    workload: { phases: [{ name: 'steady', for: '500ms' }] },
  });
  const output = join(folder, 'goes-on');
  const { child, ended } = start(['run', scenario, '--output', output]);
  await until('the first probe', () => globSync('*/cells/**/record.json', { cwd: output }).length > 0);
  child.kill('SIGINT');
  assert.is((await ended).code, 130);
  const directory = resultIn(output);
  const kept = readRecords(directory)
    .filter(({ interrupted }) => !interrupted)
    .map(({ startedAt }) => startedAt);
  assert.ok(kept.length > 0);
  const resumed = await testbed(['run', '--resume', directory]);
  const times = readRecords(directory).map(({ startedAt }) => startedAt);
  assert.ok(
    kept.every((time) => times.includes(time)),
    'what was played is not played again',
  );
  assert.ok(times.length > kept.length, resumed.stdout);
  assert.ok(existsSync(join(directory, 'summary.md')));
  assert.match(resumed.stdout, /1 search of \d probes?/);
});

test('a search under a fault has it in force in every probe', async () => {
  const scenario = writeScenario(folder, 'under-fault', {
    search: { vary: 'events', between: '50/s..400/s', within: '50 %', confidence: '0 %', probes: 3 },
    workload: { phases: [{ name: 'steady', for: '1s' }] },
    faults: [{ at: '200ms', for: '500ms', fault: 'delay', on: 'bus.publish', delay: '200ms' }],
    thresholds: { 'publish_ms{phase:during}': 'max < 150ms', errors: 'value <= 0' },
  });
  const output = join(folder, 'under-fault');
  const { stdout } = await testbed(['run', scenario, '--output', output]);
  const directory = resultIn(output);
  const { answer } = answerIn(directory);
  for (const { faults, findings } of readRecords(directory)) {
    if (findings.some(({ about }) => about === 'abort')) continue;
    assert.ok(faults.length === 1 && faults[0]?.confirmedAtMs !== null, 'in force');
  }
  assert.ok(['below', 'unknown'].includes(answer.edge), stdout);
  if (answer.edge === 'below')
    assert.match(answer.reasons[0] ?? '', /^publish_ms during max < 150 ms, was 2\d\d ms$/);
});

test.run();
