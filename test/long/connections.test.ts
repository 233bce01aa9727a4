/** Clients over WebSockets, as whole cells: gateways that lose are found, one that is killed costs nothing, those who are slow harm nobody. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord } from '../../reports/record.ts';
import { readRecords, resultIn, scratch, testbed, writeScenario } from '../bin/command-line.ts';

const folder = scratch();
test.after(() => folder.remove());

const common = {
  driver: 'websocket',
  checks: [],
  thresholds: { ws_lost: 'value == 0', connects_refused: 'value == 0' },
};

function numberOf({ metrics }: RunRecord, name: string): number {
  const metric = metrics[name];
  assert.ok(metric !== undefined && 'value' in metric, `${name} was not measured`);
  return metric.value;
}

/** What a threshold came to by itself, whatever the machine was busy with beside it. */
function verdictOf({ thresholds }: RunRecord, metric: string): string | undefined {
  return thresholds.find((threshold) => threshold.metric === metric)?.verdict;
}

async function play(name: string, change: Parameters<typeof writeScenario>[2], ...flags: readonly string[]) {
  const file = writeScenario(folder.path, name, { ...common, ...change });
  const output = join(folder.path, name);
  const { stdout } = await testbed(['run', file, '--output', output, ...flags]);
  const records = readRecords(resultIn(output));
  assert.ok(records.length > 0, stdout);
  return records;
}

const lossy = join(import.meta.dirname, '../doubles/gateways/lossy-stack.ts');

for (const [what, stack, verdict] of [
  ['loses frames: found', lossy, 'FAIL'],
  ['is well: its healthy twin', 'memory', 'PASS'],
] as const) {
  test(`a gateway that ${what}`, async () => {
    const workload = {
      connections: { count: 40, perSocket: 2, idle: 5 },
      events: '60/s',
      drain: '1s',
      phases: [{ name: 'steady', for: '1s' }],
    };
    const [record] = (await play(`frames-${verdict.toLowerCase()}`, { workload }, '--stacks', stack)) as [
      RunRecord,
    ];
    assert.is(verdictOf(record, 'ws_lost'), verdict);
    assert.is(numberOf(record, 'ws_lost') > 0, verdict === 'FAIL');
    assert.is(numberOf(record, 'connects_refused'), 0, JSON.stringify(record.findings));
    assert.is(
      numberOf(record, 'connections_open'),
      25,
      JSON.stringify([record.findings, record.metrics['reconnects']]),
    );
    const { count } = record.metrics['connect_ms'] as { readonly count: number };
    assert.is(count, 25);
    assert.type((record.environment['clients'] as { readonly pid: number }).pid, 'number');
  });
}

test('one of two gateways is killed: its clients come back to the other and miss nothing', async () => {
  const workload = {
    connections: { count: 30 },
    events: '40/s',
    drain: '10s',
    phases: [{ name: 'steady', for: '4s' }],
  };
  const faults = [{ at: '1s', for: '500ms', fault: 'kill', on: 'gateway' }];
  const [record] = (await play('killed', { workload, faults, gateways: 2, stacks: ['sqlite'] })) as [
    RunRecord,
  ];
  assert.is(numberOf(record, 'ws_lost'), 0);
  assert.is(numberOf(record, 'reconnects'), 15);
  assert.is(numberOf(record, 'connections_open'), 30);
  assert.is((record.metrics['reconnect_ms'] as { readonly count: number }).count, 15);
  assert.is((record.environment['gateways'] as { readonly count: number }).count, 2);
  assert.ok(record.faults.every(({ on, verifiedAtMs }) => on === 'gateway' && verifiedAtMs !== null));
});

test('who is slow is closed or left out, as it is said, and nobody else misses anything', async () => {
  const workload = {
    payload: { size: '100KiB' },
    connections: { count: 6, slow: 2, standStill: '2s' },
    events: '60/s',
    drain: '10s',
    phases: [{ name: 'steady', for: '3s' }],
  };
  const gateway = { slow: ['disconnect', 'drop'], queue: '256KiB' };
  const [closed, leftOut] = (await play('slow', { workload, gateway })) as [RunRecord, RunRecord];
  for (const record of [closed, leftOut]) {
    assert.is(numberOf(record, 'ws_lost'), 0);
    assert.is(numberOf(record, 'ws_dropped'), 0);
  }
  assert.equal([numberOf(closed, 'slow_lost'), numberOf(closed, 'slow_dropped')], [0, 0]);
  assert.ok(numberOf(closed, 'slow_disconnects') >= 2);
  assert.is(numberOf(leftOut, 'slow_disconnects'), 0);
  assert.ok(numberOf(leftOut, 'slow_dropped') > 0);
  assert.is(numberOf(leftOut, 'slow_lost'), numberOf(leftOut, 'slow_dropped'));
});

test('several gateways on a stack that does not leave its process are not possible', async () => {
  const file = writeScenario(folder.path, 'alone', { ...common, gateways: 2, stacks: ['memory'] });
  const { stdout } = await testbed(['run', file, '--plan']);
  assert.match(
    stdout,
    /UNSUPPORTED: gateways hear each other through the stack, and memory does\s+not leave/,
  );
});

test.run();
