/** Several gateways on one stack of real servers, and one that is killed under load: nothing that was acknowledged is lost. */
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startRedis } from '../adapters/redis-kit.ts';
import { readRecords, resultIn, scratch, start, testbed, writeScenario } from '../bin/command-line.ts';
import { Client } from '../core/gateway/client.ts';

const folder = scratch();
const redis = await startRedis('none');
test.after(async () => {
  folder.remove();
  await redis?.close();
});

async function serve(...args: readonly string[]) {
  const url = redis?.address.url ?? '';
  const started = start(['serve', '--stack', 'redis', '--redis-url', url, ...args]);
  const [line] = (await once(started.child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return { ...started, ready: JSON.parse(String(line)) as { readonly url: string } };
}

test('what is published through one gateway is seen through another, and gone on with at either', async () => {
  const one = await serve();
  const other = await serve('--node', 'second');
  const [writer, reader] = await Promise.all([Client.open(one.ready.url), Client.open(other.ready.url)]);
  const subscribe = { do: 'subscribe', channel: 'events', types: ['text_delta'] };
  const publish = (client: Client, data: number) =>
    client.ask({ do: 'publish', events: [{ type: 'text_delta', agentId: 'a', data }] });
  await reader.ask(subscribe);
  await publish(writer, 1);
  await reader.until(() => reader.data.length === 1);
  const { offset } = reader;
  reader.socket.terminate();
  await publish(writer, 2);
  await publish(writer, 3);
  for (const [at, { ready }] of [one, other].entries()) {
    const back = await Client.open(ready.url);
    assert.ok((await back.ask({ ...subscribe, after: offset })).ok);
    await back.until(() => back.data.length === 2 + at);
    await publish(writer, 4 + at);
    await back.until(() => back.data.length === 3 + at);
    assert.equal(back.data, [2, 3, 4, 5].slice(0, 3 + at));
  }
  const spawned = await writer.ask({ do: 'call', operation: 'spawnAgent', body: { id: 'shared' } });
  assert.ok(spawned.ok);
  assert.is((await fetch(`${other.ready.url}/agents/shared`)).status, 200);
  for (const { child, ended } of [other, one]) {
    child.kill('SIGTERM');
    assert.is((await ended).code, 0);
  }
});

test('killed with its orchestrator under load, it comes back, and the load with it', async () => {
  const scenario = writeScenario(folder.path, 'killed-gateway', {
    driver: ['http', 'websocket'],
    workload: {
      messages: '50/s',
      transitions: '10/s',
      deadline: '2s',
      drain: '8s',
      phases: [{ name: 'steady', for: '5s' }],
    },
    stacks: ['redis'],
    faults: [{ at: '1s', for: '500ms', fault: 'kill', on: 'node' }],
    checks: ['no-lost-acked', 'no-phantom', 'legal-transitions', 'no-stranded', 'converges'],
    thresholds: { lost_acked: 'value <= 0' },
  });
  const output = join(folder.path, 'killed');
  const { code, stdout, stderr } = await testbed(['run', scenario, '--output', output]);
  // A busy machine makes it INCONCLUSIVE.
  assert.ok(code === 0 || code === 2, `exit ${code}: ${stdout}${stderr}`);
  for (const record of readRecords(resultIn(output))) {
    const { lives } = record.environment['orchestrator'] as { readonly lives: number };
    assert.is(lives, 2);
    for (const { check, verdict, detail } of record.checks)
      assert.is.not(verdict, 'FAIL', `${check}: ${detail}`);
    const delivered = record.metrics['event_delivery_ms{phase:after}'] ?? record.metrics['event_delivery_ms'];
    assert.ok(delivered !== undefined && 'count' in delivered && delivered.count > 0);
  }
});

if (redis !== null) test.run();
