/**
 * A whole cell whose server is killed and started again while the load plays: what is durable to a process crash loses
 * nothing that was acknowledged; what is not loses, and the run says so without failing it for a promise it never made.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { BusAdapter, StorageAdapter } from '../../adapters/adapter.ts';
import { loadBus, loadStorage } from '../../adapters/table.ts';
import { assemble } from '../../bin/assemble.ts';
import type { FaultOrder } from '../../chaos/timeline.ts';
import { systemClock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import type { RunRecord } from '../../reports/record.ts';
import { readEnvironment } from '../../scenarios/run/environment.ts';
import { runCell } from '../../scenarios/run/run-cell.ts';
import { redisBusOverstated, redisStorageOverstated } from '../doubles/adapters/overstated.ts';
import { workloadOf } from '../doubles/workload.ts';

const workload = workloadOf({
  agents: 10,
  subscribers: { count: 2, late: 0 },
  eventsPerS: 500,
  messagesPerS: 0,
  transitionsPerS: 0,
  deadlineMs: 2000,
  drainMs: 10_000,
  phases: [{ name: 'steady', forMs: 2500, warmup: false, rateFrom: 1, rateTo: 1 }],
});

/** Half a second into the load the server is killed, and started again a moment later. */
const kill: FaultOrder = {
  atMs: 500,
  forMs: 200,
  fault: 'kill',
  on: 'storage.server',
  direction: 'both',
  options: {},
};

async function playAndKill(
  name: string,
  durability: string,
  adapters?: readonly [bus: BusAdapter, storage: StorageAdapter],
): Promise<RunRecord> {
  const [bus, storage] = adapters ?? [await loadBus(name), await loadStorage(name)];
  const directory = mkdtempSync(join('/tmp', 'killed-'));
  try {
    const record = await runCell({
      cell: {
        scenario: {
          name: 'killed',
          description: '',
          source: 'killed',
          workload,
          stacks: [name],
          durability,
          thresholds: [],
          checks: ['no-lost-acked', 'no-phantom', 'order-per-key', 'no-stranded', 'linearizable'],
          faults: [kill],
        },
        stack: { name, bus: name, storage: name },
        iteration: 1,
        seed: 1,
      },
      bus,
      storage,
      assemble,
      dataDirectory: directory,
      outputDirectory: directory,
      clock: systemClock,
      environment: readEnvironment(),
      signal: new AbortController().signal,
      progress() {},
    });
    const struck = record.faults.filter(({ confirmedAtMs }) => confirmedAtMs !== null);
    assert.equal(
      struck.map(({ on }) => on),
      ['bus.server', 'storage.server'],
      'the server was never killed: the drill shows nothing',
    );
    return record;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const verdictOf = ({ checks }: RunRecord, name: string) =>
  checks.find(({ check }) => check === name)?.verdict;
const numberOf = ({ metrics }: RunRecord, name: string): number => {
  const metric = metrics[name];
  return metric !== undefined && 'value' in metric ? metric.value : Number.NaN;
};

for (const name of ['redis', 'postgres']) {
  let missing: string | null = null;
  try {
    const adapter = await loadStorage(name);
    const directory = mkdtempSync(join('/tmp', 'killed-'));
    const server = await adapter.serve?.({ directory, namespace: 'x', durability: 'none', options: {} });
    await server?.close();
    rmSync(directory, { recursive: true, force: true });
  } catch (error) {
    if (!isTestbedError(error, 'UNSUPPORTED') || process.env['CI'] === 'true') throw error;
    missing = error.message;
    process.stdout.write(`SKIP ${name}: ${missing}\n`);
  }
  const run = missing === null ? test : test.skip;

  run(`${name}, durable to a process crash: killed in mid-run, nothing acknowledged is lost`, async () => {
    const record = await playAndKill(name, 'process-crash');
    const { checks, findings } = record;
    assert.is(verdictOf(record, 'no-lost-acked'), 'PASS', JSON.stringify({ checks, findings }));
    assert.is(verdictOf(record, 'no-phantom'), 'PASS', JSON.stringify(checks));
    assert.is(verdictOf(record, 'no-stranded'), 'PASS', JSON.stringify(checks));
    assert.is(verdictOf(record, 'linearizable'), 'PASS', JSON.stringify(checks));
    assert.ok(numberOf(record, 'availability_pct') < 100, 'an outage was felt');
    assert.ok(numberOf(record, 'events_per_s') > 100, 'and the load went on after it');
  });

  // A Postgres that commits late loses only its last moments, or nothing: no drill whose answer is known.
  if (name !== 'redis') continue;
  run(
    'redis, durable to nothing: the same kill; the agents it had acknowledged are gone: told, and no failure, for nothing was promised',
    async () => {
      const record = await playAndKill('redis', 'none');
      assert.ok(numberOf(record, 'availability_pct') < 100);
      // Events had been delivered before the kill; what was lost is what storage held.
      for (const name of ['no-stranded', 'linearizable']) {
        const check = record.checks.find((one) => one.check === name);
        assert.is(check?.verdict, 'UNSUPPORTED', JSON.stringify(record.checks));
        assert.match(
          check?.detail ?? '',
          /^\d+ .* after kill on storage.server; durability none promises nothing then$/,
        );
        assert.ok(record.files.includes(`checks/${name}.ndjson`));
      }
      assert.is.not(record.verdict, 'FAIL');
    },
  );

  run('redis that says it is durable to a process crash and is not: caught by the kill', async () => {
    const record = await playAndKill('redis', 'process-crash', [redisBusOverstated, redisStorageOverstated]);
    assert.is(verdictOf(record, 'no-stranded'), 'FAIL', JSON.stringify(record.checks));
    assert.is(record.verdict, 'FAIL');
  });
}

test.run();
