/** An interrupt while faults are in force: they are healed, seen healed, and told of in a record that was cut short. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { descendantsOf } from '../../adapters/servers/process-table.ts';
import { startRedis } from '../adapters/redis-kit.ts';
import { hasData, readRecords, resultIn, scratch, start, until, writeScenario } from '../bin/command-line.ts';
import { alive, commandOf, familyOf } from '../bin/processes.ts';

const folder = scratch();
test.after(() => folder.remove());
// Whether there is one: what the run needs it starts itself.
const redis = await startRedis('none');
await redis?.close();

const workload = { phases: [{ name: 'steady', for: '10m' }] };
const latency = { at: '0ms', fault: 'latency', on: 'bus.link', delay: '30ms' };

/** The state of the run's Redis, by the kernel: null where there is none. */
function redisOf(runner: number): string | null {
  return descendantsOf(runner).find(({ pid }) => /^\S*redis-server /.test(commandOf(pid)))?.state ?? null;
}

// biome-ignore format: a table
const rows: readonly (readonly [fault: string, inForce: (state: string | null) => boolean])[] = [
  ['pause', (state) => state === 'T'],
  ['kill', (state) => state === null],
];

for (const [fault, inForce] of rows) {
  (redis === null ? test.skip : test)(
    `SIGINT under ${fault}: 130, and a record in which it is healed`,
    async () => {
      const faults = [{ at: '200ms', fault, on: 'storage.server' }, latency];
      const output = join(folder.path, fault);
      const path = writeScenario(folder.path, fault, { stacks: ['redis'], workload, faults });
      const { child, ended } = start(['run', path, '--output', output]);
      const runner = child.pid as number;
      await until('Redis has started', () => redisOf(runner) !== null || child.exitCode !== null);
      await until(`${fault} is in force`, () => inForce(redisOf(runner)) || child.exitCode !== null);
      const family = familyOf(runner);
      child.kill('SIGINT');
      const { code, stdout, stderr } = await ended;
      assert.is(code, 130, stdout + stderr);
      const [record] = readRecords(resultIn(output));
      assert.is(record?.interrupted, true, stdout);
      const told = record?.faults.filter((each) => each.fault === fault) ?? [];
      assert.ok(told.length > 0);
      for (const { injectedAtMs, healedAtMs, verifiedAtMs } of told) {
        assert.type(injectedAtMs, 'number');
        assert.type(healedAtMs, 'number');
        assert.type(verifiedAtMs, 'number', `${fault} was seen healed`);
      }
      assert.equal(
        record?.findings.filter(({ verdict }) => verdict === 'FAIL'),
        [],
      );
      await until('nothing is left running', () => alive(family).length === 0);
      assert.not(hasData(output), 'the data is gone');
    },
  );
}

test.run();
