/** A run that failed prints the command that plays it again, and that plays the same faults under the same seed. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord } from '../../reports/record.ts';
import { readRecords, resultIn, scratch, testbed, writeScenario } from '../bin/command-line.ts';

const folder = scratch();
test.after(() => folder.remove());

const timelineOf = ({ faults }: RunRecord) =>
  faults.map(({ fault, on, options }) => ({ fault, on, options }));

test('each seed that failed has its command, and its timeline comes again', async () => {
  const random = {
    every: '100..300ms',
    for: '50..100ms',
    from: ['delay', 'error'],
    on: ['bus.calls', 'storage.calls'],
  };
  const from = random.from.map((fault) =>
    fault === 'delay' ? { fault, delay: '5ms' } : { fault, probability: 0.2 },
  );
  const path = writeScenario(folder.path, 'drawn', {
    workload: { phases: [{ name: 'steady', for: '3500ms' }] },
    thresholds: { offered_per_s: 'value < 1' },
    random: { ...random, from },
  });
  const at = { cwd: folder.path };
  const first = join(folder.path, 'first');
  const run = await testbed(['run', path, '--iterations', '3', '--seed', '11', '--output', first], at);
  assert.is(run.code, 1, run.stdout + run.stderr);
  const commands = [...run.stderr.matchAll(/^again: testbed (.*)$/gm)].map(([, words = '']) =>
    words.split(' '),
  );
  assert.is(commands.length, 3, run.stderr);
  const again = join(folder.path, 'again');
  const replayed = await testbed([...(commands[1] as string[]), '--output', again], at);
  assert.is(replayed.code, 1, replayed.stderr);
  const records = readRecords(resultIn(first));
  const [record, ...others] = readRecords(resultIn(again)) as [RunRecord];
  assert.equal(others, []);
  assert.is(record.seed, 12);
  assert.ok(record.faults.length > 1);
  assert.equal(timelineOf(record), timelineOf(records[1] as RunRecord));
  assert.not.equal(timelineOf(record), timelineOf(records[2] as RunRecord));
});

test.run();
