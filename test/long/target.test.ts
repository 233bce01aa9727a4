/** Cells on HTTP services that behave, and misbehave: none that has shown nothing passes, and no secret is left anywhere. */
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord } from '../../reports/record.ts';
import { readRecords, resultIn, scratch, testbed } from '../bin/command-line.ts';
import { answering, nowhere, resetting, silent } from '../doubles/http-servers.ts';

const folder = scratch();
test.after(() => folder.remove());
const secret = 'hush-hush';
let files = 0;

interface Change {
  readonly driver?: string;
  readonly workload?: object;
  readonly faults?: readonly object[];
  readonly thresholds?: object;
}

async function play(url: string, { workload, ...change }: Change = {}) {
  const requests = [
    { method: 'POST', path: `/a?key=${secret}`, headers: { authorization: secret }, body: secret },
  ];
  const scenario = {
    name: 'service',
    target: { url, requests },
    workload: { requests: '50/s', deadline: '1s', phases: [{ name: 'steady', for: '600ms' }], ...workload },
    thresholds: { errors: 'value == 0' },
    ...change,
  };
  const path = join(folder.path, `service-${++files}.yaml`);
  writeFileSync(path, JSON.stringify(scenario));
  const output = join(folder.path, `results-${files}`);
  const ended = await testbed([
    'run',
    path,
    '--output',
    output,
    '--format',
    'full,json',
    '--log-level',
    'trace',
  ]);
  const said = `${ended.stdout}${ended.stderr}`;
  assert.not.ok(said.includes(secret));
  if (ended.code === 3) return { ...ended, said, record: undefined };
  for (const file of globSync('**/*', { cwd: output })) {
    const at = join(output, file);
    if (statSync(at).isFile()) assert.not.ok(readFileSync(at, 'utf8').includes(secret), file);
  }
  const [record] = readRecords(resultIn(output));
  return { ...ended, said, record };
}

function numberOf(record: RunRecord | undefined, name: string): number | undefined {
  const metric = record?.metrics[name];
  return metric !== undefined && 'value' in metric ? metric.value : undefined;
}

/** A busy machine makes a PASS INCONCLUSIVE. */
const notFailed: readonly (number | null)[] = [0, 2];

test('a service that answers', async () => {
  const service = await answering(200);
  const { code, said, record } = await play(service.url);
  await service.close();
  assert.ok(notFailed.includes(code), said);
  assert.is(numberOf(record, 'status_2xx'), service.seen());
  assert.equal([numberOf(record, 'errors'), numberOf(record, 'indeterminate')], [0, 0]);
  assert.is(record?.generator['model'], 'open, poisson');
});

test('a service that answers 500 fails', async () => {
  const service = await answering(500);
  const { code, record } = await play(service.url);
  await service.close();
  assert.is(code, 1);
  assert.is(numberOf(record, 'status_5xx'), service.seen());
  assert.equal([record?.metrics['response_ms'], numberOf(record, 'errors')], [undefined, service.seen()]);
});

for (const [what, make] of [
  ['resets every connection', resetting],
  ['never answers', silent],
] as const) {
  test(`a service that ${what} has shown nothing`, async () => {
    const service = await make();
    const { code, said, record } = await play(service.url);
    await service.close();
    assert.is(code, 2, said);
    assert.ok(record?.findings.some(({ about }) => about === 'no answers'));
  });
}

test('a service that is not there fails', async () => {
  const { code, record } = await play(await nowhere());
  assert.is(code, 1);
  assert.ok((numberOf(record, 'errors') ?? 0) > 0);
});

test('autocannon saturates it, labelled closed', async () => {
  const service = await answering(200);
  const workload = { requests: '0/s', arrivals: 'closed', concurrency: 3 };
  const { code, said, record } = await play(service.url, { driver: 'autocannon', workload });
  await service.close();
  assert.ok(notFailed.includes(code), said);
  assert.equal(
    ['model', 'tool', 'resolution'].map((name) => record?.generator[name]),
    ['closed', 'autocannon', '1 ms'],
  );
  assert.is(numberOf(record, 'status_2xx'), service.seen());
  assert.is(record?.metrics['response_ms'], undefined);
});

test('its link can be cut', async () => {
  const service = await answering(200);
  const { said, record } = await play(service.url, {
    workload: { phases: [{ name: 'steady', for: '3s' }], deadline: '500ms' },
    faults: [{ at: '500ms', for: '1s', fault: 'partition', on: 'target.link' }],
    thresholds: { availability_pct: 'value > 1' },
  });
  await service.close();
  assert.ok((numberOf(record, 'timeouts') ?? 0) > 0, said);
  assert.ok(record?.metrics['response_ms{phase:before}'] !== undefined);
});

test('what is not on this machine is refused', async () => {
  const { code, said } = await play('http://service.invalid');
  assert.is(code, 3);
  assert.match(said, /target\.url: is not on this machine: --allow-remote/);
});

test.run();
