import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TestbedError } from '../../core/error.ts';
import type { Workload } from '../../scenarios/scenario.ts';
import { loadRig } from '../doubles/load-rig.ts';

const steady = (forMs: number, rate = 1) => ({
  name: 'steady',
  forMs,
  warmup: false,
  rateFrom: rate,
  rateTo: rate,
});

test('open: exactly what was planned is sent, each with its due time, numbered per agent', async () => {
  const rig = await loadRig({ eventsPerS: 250, messagesPerS: 40, phases: [steady(4000)] });
  await rig.clock.play(rig.play());
  const { sut, startMs, tally, eventLedger, messageLedger, subscriber } = rig;
  assert.is(sut.published.length, 1000);
  assert.is(sut.sentMessages.length, 160);
  for (const [index, { at, sentAt, producer, key }] of sut.published.entries()) {
    assert.ok(Math.abs(at - (startMs + 4 * index)) < 1e-6);
    // A timer wakes at whole milliseconds at best, and never early.
    assert.ok(sentAt >= at && sentAt - at < 1);
    assert.is(key, `agent-${producer - 1}-1`);
  }
  assert.equal([...eventLedger.sent], new Array(10).fill(100));
  assert.equal([eventLedger.attempted, eventLedger.completed(), subscriber.calls], [1000, 1000, 1000]);
  assert.equal([messageLedger.attempted, messageLedger.completed()], [160, 160]);
  const { eventsSent, eventsAcked, eventsLate, messagesSent, messagesAcked, errors } = tally.counts;
  assert.equal(
    [eventsSent, eventsAcked, eventsLate, messagesSent, messagesAcked, errors],
    [1000, 1000, 0, 160, 160, 0],
  );
  assert.equal([tally.sendLag.events.total().count, tally.windows.total('offered')], [1000, 1000]);
});

test('open: messages go to the agent that works in their slot', async () => {
  const rig = await loadRig({ messagesPerS: 100, phases: [steady(1000)] });
  rig.clock.after(500, () => rig.clock.elapse(100));
  await rig.clock.play(rig.play());
  const lag = rig.tally.sendLag.messages.total();
  assert.ok(lag.count === 100 && lag.max > 80 && lag.max < 101, `${lag.max}`);
  assert.ok(
    rig.sut.sentMessages.every(({ key, producer }) => key === `agent.agent-${producer - 1}-1.commands`),
  );
  assert.equal([rig.messageRow.distinct, rig.messageRow.phantom], [100, 0]);
});

test('open: what becomes of the first sends changes nothing for the next', async () => {
  const rig = await loadRig({ eventsPerS: 100, phases: [steady(2000)], deadlineMs: 100_000 });
  rig.sut.mishap = (call) => (call === 'publish' ? rig.clock.sleep(30_000) : undefined);
  await rig.clock.play(rig.play());
  assert.equal([rig.eventLedger.attempted, rig.events.inFlight, rig.tally.counts.eventsAcked], [200, 200, 0]);
  assert.ok(rig.tally.sendLag.events.total().max < 1);
});

test('open: beyond the in-flight bound a send is counted as late and not made', async () => {
  const rig = await loadRig({
    eventsPerS: 100,
    messagesPerS: 10,
    inFlight: 20,
    deadlineMs: 100_000,
    phases: [steady(1000)],
  });
  // Nothing is answered before the first half second is over.
  const until = rig.startMs + 500;
  rig.sut.mishap = (call) => {
    if (call !== 'publish' || rig.clock.now() >= until) return undefined;
    return rig.clock.sleep(until - rig.clock.now());
  };
  await rig.clock.play(rig.play());
  const { eventsSent, eventsLate, messagesLate } = rig.tally.counts;
  // 0, 10, ... 190 ms fill the bound; 200 ... 490 are late; the bound is per kind.
  assert.equal([eventsSent, eventsLate, messagesLate], [70, 30, 0]);
  assert.equal([rig.eventLedger.attempted, rig.tally.windows.total('late')], [70, 30]);
  assert.equal([rig.tally.windows.total('offered'), rig.tally.counts.sendsUnmanned], [100, 0]);
});

test('open: a process held up sends what was due meanwhile at once, in batches, and owns up to the lag', async () => {
  const rig = await loadRig({ eventsPerS: 1000, batch: 30, phases: [steady(500)] });
  rig.clock.after(100, () => rig.clock.elapse(200));
  await rig.clock.play(rig.play());
  assert.is(rig.eventLedger.attempted, 500);
  const { max } = rig.tally.sendLag.events.total();
  assert.ok(max >= 199 && max <= 201, `${max}`);
  const batches = rig.sut.calls
    .filter((call) => call.startsWith('publish '))
    .map((call) => Number(call.slice(8)));
  assert.equal(Math.max(...batches), 30);
  assert.ok(batches.filter((size) => size === 30).length >= 6);
});

test('open: the in-flight bound holds within one turn as well', async () => {
  const rig = await loadRig({
    eventsPerS: 1000,
    messagesPerS: 1000,
    inFlight: 25,
    batch: 100,
    phases: [steady(200)],
  });
  rig.clock.after(50, () => rig.clock.elapse(100));
  await rig.clock.play(rig.play());
  const { eventsSent, eventsLate, messagesSent, messagesLate } = rig.tally.counts;
  // Of the hundred that were due in the stall a quarter goes out; those before and after it are no trouble.
  assert.equal([eventsSent + eventsLate, messagesSent + messagesLate], [200, 200]);
  assert.ok(eventsLate >= 74 && eventsLate <= 76, `${eventsLate}`);
  assert.ok(messagesLate >= 74 && messagesLate <= 76, `${messagesLate}`);
});

test('open: with nobody to do them, sends are late', async () => {
  const rig = await loadRig({ agents: 1, eventsPerS: 100, messagesPerS: 100, phases: [steady(100)] });
  rig.population.working = () => null;
  await rig.clock.play(rig.play());
  assert.equal(
    [rig.tally.counts.eventsLate, rig.tally.counts.messagesLate, rig.eventLedger.attempted],
    [10, 10, 0],
  );
  assert.is(rig.tally.counts.sendsUnmanned, 20);
});

test('transitions are made when they are due', async () => {
  const rig = await loadRig({ transitionsPerS: 20, phases: [steady(1000), steady(1000, 2)] });
  await rig.clock.play(rig.play());
  assert.is(rig.tally.counts.transitionsDone, 60);
  assert.is(rig.sut.calls.filter((call) => call.startsWith('pause') || call.startsWith('resume')).length, 60);
});

test('transitions that find no idle agent are late, and not made later', async () => {
  const rig = await loadRig({ agents: 2, transitionsPerS: 100, phases: [steady(1000)] });
  rig.sut.mishap = (call) => (call === 'pause' || call === 'resume' ? rig.clock.sleep(100) : undefined);
  await rig.clock.play(rig.play());
  const { transitionsDue, transitionsLate, transitionsAsked, transitionsRefused } = rig.tally.counts;
  // Two agents, busy for 100 ms each time: 20 of the hundred can be made.
  assert.is(transitionsDue, 100);
  assert.ok(transitionsAsked >= 18 && transitionsAsked <= 20, `${transitionsAsked}`);
  assert.equal([transitionsLate, transitionsRefused], [100 - transitionsAsked, 0]);
});

test('plays the lives of the population on the way', async () => {
  const lifetime = { meanMs: 500, complete: 1, fail: 0, kill: 0 };
  const rig = await loadRig({ lifetime, phases: [steady(5000)], messagesPerS: 50 }, { tookMs: 1 });
  await rig.clock.play(rig.play());
  rig.population.stop(rig.clock.now());
  await rig.clock.advance(100);
  assert.ok(rig.tally.counts.spawnsDone > 60);
  assert.equal([rig.sut.alive.length, rig.tally.counts.errors], [10, 0]);
  // Spawning takes 1 ms; a life that begins and is over while the generator sleeps is noticed 10 ms late at the most.
  const { max } = rig.tally.latencies.spawn_ms.total();
  assert.ok(max < 12, `${max}`);
  // Every agent that left has been let go of, but for the last few.
  assert.ok(rig.sut.openTopics.length <= 12, `${rig.sut.openTopics.length}`);
  assert.equal(
    [rig.messageLedger.outstanding(), rig.messageRow.reordered, rig.messageRow.phantom],
    [0, 0, 0],
  );
});

test('beats about every 50 ms, whether or not anything is due, and gives up on the overdue', async () => {
  const rig = await loadRig({ eventsPerS: 1, deadlineMs: 300, phases: [steady(1000)] });
  rig.sut.mishap = (call) => (call === 'publish' ? new Promise(() => {}) : undefined);
  await rig.clock.play(rig.play());
  const expected = Array.from({ length: 21 }, (_, index) => 50 * index);
  assert.equal(rig.beats, expected);
  assert.equal([rig.tally.counts.unknown, rig.events.inFlight], [1, 0]);
});

test('stops when it is told to', async () => {
  const rig = await loadRig({ eventsPerS: 100, phases: [steady(60_000)] });
  rig.clock.after(1005, () => rig.stop.abort());
  await rig.clock.play(rig.play());
  assert.ok(rig.clock.now() - rig.startMs < 1110);
  assert.is(rig.eventLedger.attempted, 101);
});

async function sequenceOf(seed: number, parts: Partial<Workload> = {}) {
  const rig = await loadRig(
    {
      arrivals: 'poisson',
      eventsPerS: 200,
      messagesPerS: 50,
      transitionsPerS: 10,
      phases: [steady(3000)],
      ...parts,
    },
    { seed, tookMs: 2 },
  );
  await rig.clock.play(rig.play());
  const events = rig.sut.published.map(({ key, type, at, data, sequence }) => ({
    key,
    type,
    at,
    data,
    sequence,
  }));
  return { events, calls: rig.sut.calls };
}

test('the same seed gives the same operations in the same order, another seed others', async () => {
  const first = await sequenceOf(1);
  assert.equal(await sequenceOf(1), first);
  const other = await sequenceOf(2);
  assert.not.equal(other.events, first.events);
  assert.not.equal(other.calls, first.calls);
});

test('more messages do not shift the events', async () => {
  const few = await sequenceOf(1);
  const many = await sequenceOf(1, { messagesPerS: 500 });
  assert.equal(many.events, few.events);
});

for (const [concurrency, tookMs] of [
  [1, 10],
  [4, 10],
  [7, 25],
] as const) {
  test(`closed: ${concurrency} callers at ${tookMs} ms each, back to back, never more`, async () => {
    const rig = await loadRig({ arrivals: 'closed', concurrency, batch: 50, phases: [steady(1000)] });
    let most = 0;
    rig.sut.mishap = (call) => {
      if (call !== 'publish') return undefined;
      most = Math.max(most, rig.events.inFlight);
      return rig.clock.sleep(tookMs);
    };
    await rig.clock.play(rig.play());
    const expected = concurrency * (1000 / tookMs) * 50;
    assert.equal(
      [rig.eventLedger.attempted, rig.tally.counts.eventsAcked, most],
      [expected, expected, concurrency * 50],
    );
    assert.is(rig.tally.latencies.event_delivery_ms.total().max, tookMs);
    assert.is(rig.tally.windows.total('offered'), expected);
    assert.ok(rig.sut.published.every(({ at, sentAt }) => at === sentAt));
  });
}

test('closed: a caller goes on after a refusal, and after an answer that never comes', async () => {
  const rig = await loadRig({
    arrivals: 'closed',
    concurrency: 1,
    batch: 1,
    deadlineMs: 300,
    phases: [steady(1000)],
  });
  let call = 0;
  rig.sut.mishap = (what) => {
    if (what !== 'publish') return undefined;
    call++;
    if (call === 1) return new TestbedError('UNAVAILABLE', 'no');
    return call === 2 ? new Promise(() => {}) : rig.clock.sleep(50);
  };
  await rig.clock.play(rig.play());
  const { errors, unknown, eventsAcked } = rig.tally.counts;
  assert.equal([errors, unknown], [1, 1]);
  assert.ok(eventsAcked >= 11 && eventsAcked <= 14, `${eventsAcked}`);
});

test('closed: a target that falls silent does not hold the run up beyond the deadline', async () => {
  const rig = await loadRig({
    arrivals: 'closed',
    concurrency: 3,
    batch: 10,
    deadlineMs: 2000,
    phases: [steady(500)],
  });
  rig.sut.mishap = (call) => (call === 'publish' ? new Promise(() => {}) : undefined);
  await rig.clock.play(rig.play());
  const took = rig.clock.now() - rig.startMs;
  assert.ok(took > 2000 && took < 2250, `${took}`);
  assert.equal([rig.tally.counts.unknown, rig.beats.at(-1)], [30, 500]);
});

test('closed: an interrupt does not wait for answers', async () => {
  const rig = await loadRig({
    arrivals: 'closed',
    concurrency: 3,
    deadlineMs: 60_000,
    phases: [steady(60_000)],
  });
  rig.sut.mishap = (call) => (call === 'publish' ? new Promise(() => {}) : undefined);
  rig.clock.after(250, () => rig.stop.abort());
  await rig.clock.play(rig.play());
  assert.ok(rig.clock.now() - rig.startMs <= 350);
});

test.run();
