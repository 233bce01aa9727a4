import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FaultOptions } from '../../chaos/fault.ts';
import { readProcess } from '../../chaos/process/proc.ts';
import type { Target } from '../../chaos/target.ts';
import { startRedis, testsOn } from '../adapters/redis-kit.ts';
import { observableThenGone } from './fault-kit.ts';

const redis = await startRedis('process-crash');
const onRedis = testsOn(redis, test);

// biome-ignore format: a table
const rows: readonly (readonly [name: string, survives: boolean])[] = [
  ['kill', false],
  ['terminate', false],
  ['restart', false],
  ['crash-loop', false],
  ['pause', true],
];

for (const [name, survives] of rows) {
  onRedis(`${name}: observable, then gone`, async (server) => {
    const target: Target = { kind: 'server', part: 'bus', technology: 'redis', server };
    const { pid } = server;
    const birth = readProcess(pid)?.birth;
    const options: FaultOptions = name === 'crash-loop' ? { every: 100 } : {};
    await observableThenGone(name, target, options);
    assert.is(server.pid === pid && readProcess(pid)?.birth === birth, survives);
    assert.is(readProcess(server.pid)?.state.match(/[TZ]/) ?? null, null);
  });
}

test.run();
