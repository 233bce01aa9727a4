import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../../core/random.ts';
import { dealt, type Share, shareOf } from '../../../scenarios/load/share.ts';
import { latencyMetrics, Tally } from '../../../scenarios/measure/tally.ts';
import { Announcements } from '../../../scenarios/run/announcements.ts';
import type { ControlLog } from '../../../scenarios/run/control-log.ts';
import { Ending } from '../../../scenarios/run/ending.ts';
import type { Load } from '../../../scenarios/run/load.ts';
import { Session } from '../../../scenarios/run/session.ts';
import { Crew } from '../../../scenarios/workers/crew.ts';
import { WorkerHost } from '../../../scenarios/workers/host.ts';
import type { WorkerOrder } from '../../../scenarios/workers/protocol.ts';
import { Watch } from '../../../scenarios/workers/watch.ts';
import { FakeClock } from '../../doubles/fake-clock.ts';
import { FakeWorker } from '../../doubles/fake-worker.ts';
import { SmallSystem } from '../../doubles/small-system.ts';
import { workloadOf } from '../../doubles/workload.ts';

const workload = workloadOf({
  agents: 7,
  subscribers: { count: 3, late: 0 },
  lifetime: { meanMs: 900, complete: 0.6, fail: 0.2, kill: 0.2 },
  arrivals: 'poisson',
  eventsPerS: 100,
  messagesPerS: 40,
  transitionsPerS: 5,
  phases: [
    { name: 'steady', forMs: 2000, warmup: false, rateFrom: 1, rateTo: 1 },
    { name: 'rush', forMs: 1000, warmup: false, rateFrom: 1, rateTo: 3 },
  ],
});
const seed = 11;
const nobodyReads = { noteSpawn() {}, noteStart() {} } as unknown as ControlLog;
const signal = new AbortController().signal;

function sessionOn(sut: SmallSystem, clock: FakeClock, share?: Share) {
  const announcements = new Announcements(nobodyReads);
  const session = new Session({
    sut,
    workload: share === undefined ? workload : shareOf(workload, share),
    clock,
    random: createRandom(seed).fork('load'),
    seed,
    announcements,
    tally: new Tally([]),
    ...(share && { share }),
  });
  return { session, sut, announcements };
}

/** Workers that live in this very process, on one system. */
function workersOn(sut: SmallSystem, clock: FakeClock, of: number): readonly FakeWorker[] {
  return Array.from({ length: of }, (_, number) => {
    const share = { number, of };
    const host = new WorkerHost(
      {
        ...sessionOn(sut, clock, share),
        clock,
        interrupted: signal,
        subscribers: dealt(workload.subscribers.count, share),
        close: async () => {},
      },
      () => {},
    );
    return new FakeWorker(number + 1, async ({ method, parameters }) => {
      if (method === 'open') return null;
      const act = (
        host as unknown as { readonly [method: string]: (...given: readonly unknown[]) => unknown }
      )[method];
      return (await act?.call(host, ...parameters)) ?? null;
    });
  });
}

/** The whole way of a load, and what it came to that does not depend on when its process looked at the clock. */
async function play(load: Load, clock: FakeClock) {
  await clock.play(load.populate(clock.now(), 5000, signal));
  const startMs = clock.now() + 250;
  const spans = [
    { name: 'steady', fromMs: startMs, toMs: startMs + 2000 },
    { name: 'rush', fromMs: startMs + 2000, toMs: startMs + 3000 },
  ];
  const tally = new Tally(spans);
  const { phases } = workload;
  await clock.play(load.begin({ label: 'measured', phases, startMs, spans, tally, isMeasured: true }));
  await clock.play(load.play(signal, () => {}));
  const ending = new Ending(load, clock);
  await clock.play(ending.settle(startMs + 3000, 5000, signal));
  await clock.play(ending.drain(5000, signal));
  await clock.play(load.giveUp());
  const { eventLedger, messageLedger } = load;
  return {
    counts: tally.counts,
    // What is due at once goes in one publish, and of two processes each has its own.
    samples: latencyMetrics
      .filter((name) => name !== 'publish_ms')
      .map((name) =>
        tally.latencies[name].byPhase().map(([phase, histogram]) => [name, phase, histogram.count]),
      ),
    events: [...eventLedger.sent],
    messages: [...messageLedger.sent],
    completed: [eventLedger.completed(), messageLedger.completed()],
    outstanding: load.outstanding(),
    rows: load.audience.subscribers.map(({ row, calls }) => [row.name, row.distinct, calls, row.phantom]),
    compared: messageLedger.originals.compared,
    filled: load.filled,
  };
}

async function alone() {
  const clock = new FakeClock();
  const { session } = sessionOn(new SmallSystem(clock, 1), clock);
  await session.audience.subscribe(workload.subscribers.count);
  return play(session, clock);
}

async function together(of: number) {
  const clock = new FakeClock();
  const watch = new Watch(workersOn(new SmallSystem(clock, 1), clock, of), clock);
  await clock.play(watch.open(Array.from({ length: of }, () => ({}) as WorkerOrder)));
  const crew = new Crew({ watch, workload, clock, random: createRandom(seed).fork('load'), signal });
  await clock.play(crew.subscribe());
  const played = await play(crew, clock);
  return { played, used: crew.workers };
}

const whole = await alone();

test('a load has something to compare', () => {
  assert.is(whole.outstanding, 0);
  assert.ok(whole.counts.eventsSent > 300 && whole.counts.spawnsDone > 14 && whole.counts.messagesSent > 100);
  assert.is(whole.counts.errors, 0);
});

for (const workers of [1, 2, 4]) {
  test(`what ${workers} workers play and count is what one process plays and counts`, async () => {
    const { played, used } = await together(workers);
    assert.equal(played, whole);
    assert.is(used.length, workers);
    const sent = used.reduce((sum, worker) => sum + worker.sent, 0);
    assert.is(sent, whole.counts.eventsSent + whole.counts.messagesSent);
  });
}

test.run();
