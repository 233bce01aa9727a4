/** Replicas from the command line: read from, measured, caught when they stand still, and none left behind. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isRunning } from '../../adapters/servers/process-table.ts';
import type { RunRecord } from '../../reports/record.ts';
import { readIndex, readRecords, resultIn, scratch, testbed, writeScenario } from './command-line.ts';
import { onRedis } from './on-redis.ts';

const folder = scratch();
test.after(() => folder.remove());

const busy = {
  events: '20/s',
  transitions: '100/s',
  reads: '50/s',
  phases: [{ name: 'steady', for: '1s' }],
};

const factsOf = ({ environment }: RunRecord, part: string) =>
  environment[part] as { readonly [fact: string]: string | number };

onRedis(
  'off against on: looks are answered by the replica, its staleness is measured, and it goes',
  async () => {
    const file = writeScenario(folder.path, 'off-and-on', { workload: busy, stacks: ['memory+redis'] });
    const output = join(folder.path, 'off-and-on');
    const { stdout } = await testbed(['run', file, '--replicas', '0,1', '--output', output]);
    const [off, on] = readRecords(resultIn(output)) as [RunRecord, RunRecord];
    assert.equal([off.replicas, off.parameters['replicas']], [undefined, 0], stdout);
    assert.equal([on.replicas, on.parameters['replicas']], [1, 1]);
    assert.is(off.metrics['staleness_ms'], undefined);
    assert.ok((on.metrics['staleness_ms'] as { count: number }).count > 0);
    for (const record of [off, on]) assert.ok((record.metrics['read_ms'] as { count: number }).count > 0);
    assert.is(off.environment['replica1'], undefined);
    assert.is(factsOf(on, 'replicaReads')['readsByPrimary'], 0);
    assert.ok((factsOf(on, 'replicaReads')['readsByReplicas'] as number) > 0);
    const pids = ['redis', 'replica1'].map((part) => factsOf(on, part)['serverPid'] as number);
    assert.is(new Set(pids).size, 2);
    assert.equal(pids.filter(isRunning), []);
    // One more process of a few megabytes, whatever the load.
    const rss = (record: RunRecord): number => (record.metrics['server_rss_mb'] as { value: number }).value;
    assert.ok(rss(on) > rss(off) + 2, `${rss(off)} MB without, ${rss(on)} MB with a replica`);
  },
);

onRedis('a replica that stands still is caught by its staleness', async () => {
  const file = writeScenario(folder.path, 'still', {
    workload: busy,
    stacks: ['memory+redis'],
    replicas: 1,
    faults: [{ at: '200ms', for: '600ms', fault: 'pause', on: 'replica.server' }],
    thresholds: { staleness_ms: 'max < 300ms' },
  });
  const output = join(folder.path, 'still');
  const { code, stdout } = await testbed(['run', file, '--output', output]);
  const [record] = readRecords(resultIn(output)) as [RunRecord];
  const [threshold] = record.thresholds;
  assert.is(threshold?.verdict, 'FAIL', stdout);
  assert.ok((threshold?.observed ?? 0) >= 300);
  assert.is(code, 1);
});

test('where there is nothing to make replicas of, the cell says why', async () => {
  const file = writeScenario(folder.path, 'nothing', { stacks: ['sqlite', 'memory+redis'] });
  const output = join(folder.path, 'nothing');
  const url = ['--redis-url', 'redis://user:secret@127.0.0.1:1'];
  await testbed(['run', file, '--replicas', '1', ...url, '--output', output]);
  const { cells } = readIndex(resultIn(output));
  assert.equal(
    cells.map(({ verdict, reason }) => [verdict, reason]),
    [
      ['UNSUPPORTED', 'storage sqlite lives in our own process: it has no server to make replicas of'],
      ['UNSUPPORTED', "the redis server is somebody's: replicas are made of our own only"],
    ],
  );
});

test.run();
