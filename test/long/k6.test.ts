/** k6 as a load, by a double of it: its scripts, its command line and its output; no k6 is run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../core/clock.ts';
import { gatewaySystem } from '../../scenarios/drivers/gateway-system.ts';
import { K6Load } from '../../scenarios/drivers/k6/k6-load.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import { hearing } from '../../scenarios/load/hearing.ts';
import { Tally } from '../../scenarios/measure/tally.ts';
import type { Phase } from '../../scenarios/scenario.ts';
import { gateways, type Site } from '../core/gateway/gateways.ts';
import type { Fault } from '../doubles/k6/faults.ts';
import { placeK6 } from '../doubles/k6/place.ts';
import { workloadOf } from '../doubles/workload.ts';

const root = resolve(import.meta.dirname, '../..');
const workload = workloadOf({ eventsPerS: 60, readsPerS: 30, inFlight: 10, deadlineMs: 10_000 });
const twoPhases: readonly Phase[] = [
  { name: 'steady', forMs: 300, warmup: false, rateFrom: 1, rateTo: 1 },
  { name: 'ramp', forMs: 300, warmup: false, rateFrom: 1, rateTo: 2 },
];
/** 18 and 27 events, half as many reads. */
const due = { events: 45, reads: 23 };

interface Outcome {
  readonly tally: Tally;
  readonly ledger: Ledger;
  readonly load: K6Load;
  /** Events that the subscriber got. */
  readonly heard: number;
}

/** Some phases played by a double of k6 at a gateway in this process. */
async function playWith(
  fault: Fault | undefined,
  change: {
    readonly endsWithinMs?: number;
    readonly script?: string;
    readonly times?: number;
    readonly abortAfterMs?: number;
    readonly phases?: readonly Phase[];
  } = {},
): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), 'testbed-k6-'));
  const [site] = (await gateways(1)) as [Site];
  const agents = await site.orchestrator.spawn(Array.from({ length: 3 }, () => ({ task: null })));
  const ledger = new Ledger('event', 40);
  const [firstProducer, clock] = [5, systemClock];
  const through = await gatewaySystem({ url: site.url, driver: 'k6', clock });
  const row = ledger.join('subscriber');
  let heard = 0;
  await hearing(through, ledger, firstProducer).events.subscribe({}, (events) => {
    for (const { producer, sequence } of events) {
      if (producer === 0) continue;
      row.mark(producer - 1, sequence);
      heard++;
    }
  });
  const { script, endsWithinMs, times = 1, abortAfterMs, phases = twoPhases } = change;
  const abort = new AbortController();
  const program = {
    path: placeK6(join(directory, 'bin'), fault === undefined ? {} : { fault }),
    version: 'v1.3.0',
    script: script ?? join(root, 'scenarios/k6/load.ts'),
    isOwn: script !== undefined,
  };
  const load = new K6Load({
    program,
    url: site.url,
    workload,
    thresholds: [],
    directory: join(directory, 'k6'),
    clock,
    ...(endsWithinMs !== undefined && { endsWithinMs }),
  });
  let tally = new Tally([]);
  try {
    for (let time = 0; time < times; time++) {
      await load.ready({
        phases,
        agents: agents.map(({ id }) => id),
        payloads: ['one', 'two'],
        ledger,
        firstProducer,
      });
      const startMs = clock.now();
      tally = new Tally([{ name: 'all', fromMs: startMs, toMs: startMs + 600 }]);
      load.begin();
      if (abortAfterMs !== undefined) clock.after(abortAfterMs, () => abort.abort());
      await load.end(tally, abort.signal);
    }
    await clock.sleep(50);
    return { tally, ledger, load, heard };
  } finally {
    load.close();
    await through.close();
    await site.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

test('a healthy double: every event told of, heard once and in order; times, rates and counts in our own terms', async () => {
  const { tally, ledger, load, heard } = await playWith(undefined, { times: 2 });
  assert.equal(tally.doubts, []);
  const { counts, latencies } = tally;
  assert.is(counts.eventsSent, due.events);
  assert.is(counts.eventsAcked, due.events);
  assert.is(counts.readsDone, due.reads);
  assert.is(counts.errors + counts.unknown + counts.eventsLate, 0);
  assert.is(latencies.publish_ms.total().count, due.events);
  assert.is(latencies.read_ms.total().count, due.reads);
  assert.is(latencies.read_ms.total().impossible, 0);
  // Twice, and the numbers of the second time went on.
  assert.is(heard, 2 * due.events);
  assert.is(ledger.attempted, 2 * due.events);
  assert.is(ledger.outstanding(), 0);
  const [row] = ledger.rows;
  assert.equal([row?.distinct, row?.duplicates, row?.reordered, row?.phantom], [2 * due.events, 0, 0, 0]);
  assert.equal(load.facts['requests'], due.events + due.reads);
});

const broken: readonly (readonly [fault: Fault, about: readonly string[], detail: RegExp])[] = [
  ['drops iterations', ['k6 dropped iterations'], /13 of 68 requests were due/],
  ['writes nothing', ['no samples', 'requests disagree'], /tells of no request/],
  ['breaks off', ['k6 output broken'], /1 of \d+ lines/],
  ['hides requests', ['requests disagree'], /the gateway has answered 68/],
  ['hangs', ['k6 failed'], /did not end when its load did/],
];

for (const [fault, about, detail] of broken) {
  test(`a double that ${fault}: ${about.join(', ')}`, async () => {
    const { tally } = await playWith(fault, { endsWithinMs: 200 });
    assert.equal(
      tally.doubts.map((finding) => [finding.verdict, finding.about]),
      about.map((each) => ['INCONCLUSIVE', each]),
    );
    assert.match(tally.doubts.map((finding) => finding.detail).join('\n'), detail);
  });
}

test('iterations that were dropped were owed all the same', async () => {
  const { tally, ledger } = await playWith('drops iterations');
  assert.is(tally.counts.eventsLate, 9);
  assert.is(ledger.missed, 9);
  assert.is(tally.counts.readsLate, 4);
});

test('an interrupt ends it at once, and what it has not told of is in doubt and nobody is owed it', async () => {
  const { tally, ledger, heard } = await playWith(undefined, { abortAfterMs: 300 });
  assert.equal(tally.doubts, []);
  assert.ok(heard < due.events, `${heard}`);
  assert.is(tally.counts.unknown, tally.counts.eventsSent);
  assert.is(ledger.outstanding(), 0);
});

test('phases in which nothing is due are played without it', async () => {
  const still = [{ name: 'still', forMs: 100, warmup: false, rateFrom: 0, rateTo: 0 }];
  const { tally, load } = await playWith('throws', { phases: still });
  assert.equal([tally.doubts, load.facts['requests']], [[], 0]);
});

test('thresholds of its own that it crossed are told, and judge nothing', async () => {
  const { tally } = await playWith('crosses thresholds');
  assert.equal(
    tally.doubts.map(({ verdict }) => verdict),
    ['NOTE'],
  );
});

test('one that ends before its load begins: the cell could not be run, and why', async () => {
  try {
    await playWith('throws');
    assert.unreachable('it never began');
  } catch (error) {
    assert.match(
      String(error),
      /did not come as far as its load: k6 ended with 107 \(the script has thrown\): .*no is not defined/,
    );
  }
});

test.run();
