/** What stands between the orchestrator and its ports: deadlines, a circuit breaker; and what becomes of a dual write. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Breaker } from '../../core/defences/breaker.ts';
import { withinDeadline } from '../../core/defences/deadline.ts';
import { type ErrorCode, TestbedError } from '../../core/error.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { codeOf, event, settle, stand, statuses } from './stand.ts';

function failing(code: ErrorCode): () => Promise<never> {
  return async () => {
    throw new TestbedError(code, 'as told');
  };
}

test('a call that is answered in time is none of the deadline', async () => {
  const clock = new FakeClock();
  assert.is(await withinDeadline(async () => 7, 100, clock), 7);
  assert.is(await codeOf(() => withinDeadline(failing('CONFLICT'), 100, clock)), 'CONFLICT');
});

test('a call that is not answered in time is unknown, and what it is answered later is for nobody', async () => {
  const clock = new FakeClock();
  const { promise, reject } = Promise.withResolvers<void>();
  const code = codeOf(() => withinDeadline(() => promise, 100, clock));
  await clock.advance(99);
  await clock.advance(1);
  assert.is(await code, 'TIMEOUT');
  reject(new Error('late'));
  await settle();
});

/** A breaker that opens after 3, for 500 ms, with what was really called. */
function breaker() {
  const clock = new FakeClock();
  const circuit = new Breaker({ failures: 3, openForMs: 500 }, clock);
  let calls = 0;
  const run = (call: () => Promise<unknown>): Promise<ErrorCode | 'none' | 'other'> =>
    codeOf(() =>
      circuit.run(() => {
        calls++;
        return call();
      }),
    );
  return { clock, run, calls: () => calls };
}
const well = async (): Promise<void> => {};

test('the circuit opens after so many failures in a row, and then refuses without a call', async () => {
  const { run, calls } = breaker();
  for (const code of ['TIMEOUT', 'UNAVAILABLE', 'TIMEOUT'] as const)
    assert.is(await run(failing(code)), code);
  assert.is(await run(well), 'UNAVAILABLE');
  assert.is(calls(), 3);
});

test('an answer in between begins the count anew, a refusal of what was asked as well', async () => {
  const { run, calls } = breaker();
  for (const call of [well, failing('CONFLICT'), failing('FULL')]) {
    for (const each of [failing('TIMEOUT'), failing('TIMEOUT'), call]) await run(each);
  }
  assert.is(calls(), 9);
  assert.is(await run(well), 'none');
});

test('after a while one call is let through, alone: its answer closes the circuit', async () => {
  const { clock, run, calls } = breaker();
  for (let count = 0; count < 3; count++) await run(failing('TIMEOUT'));
  await clock.advance(499);
  assert.is(await run(well), 'UNAVAILABLE');
  await clock.advance(1);
  const { promise, resolve } = Promise.withResolvers<void>();
  const probe = run(() => promise);
  assert.is(await run(well), 'UNAVAILABLE');
  resolve();
  assert.is(await probe, 'none');
  assert.is(await run(well), 'none');
  assert.is(calls(), 5);
});

test('one that is not answered either leaves it open as long again', async () => {
  const { clock, run } = breaker();
  for (let count = 0; count < 3; count++) await run(failing('UNAVAILABLE'));
  await clock.advance(500);
  assert.is(await run(failing('TIMEOUT')), 'TIMEOUT');
  await clock.advance(499);
  assert.is(await run(well), 'UNAVAILABLE');
  await clock.advance(1);
  assert.is(await run(well), 'none');
});

test('the circuit of the store is not that of the bus', async () => {
  const { orchestrator, bus } = await stand({ breaker: { failures: 1 } });
  await orchestrator.spawn([{ id: 'a' }]);
  bus.before = () => {
    throw new TestbedError('TIMEOUT', 'down');
  };
  const publish = (): Promise<void> => orchestrator.events.publish([event('a')]);
  assert.is(await codeOf(publish), 'TIMEOUT');
  assert.is(await codeOf(publish), 'UNAVAILABLE');
  assert.is((await orchestrator.pause('a')).status, 'paused');
});

test('with a deadline nobody waits for a bus that says nothing', async () => {
  const { orchestrator, bus, clock } = await stand({ deadlineMs: 200 });
  bus.publish = () => new Promise(() => {});
  const code = codeOf(() => orchestrator.events.publish([event('a')]));
  await clock.advance(200);
  assert.is(await code, 'TIMEOUT');
});

for (const [dualWrite, code, status, seen] of [
  ['undo', 'UNAVAILABLE', 'failed', ['error']],
  ['sweep', 'none', 'running', ['agent_start']],
] as const) {
  test(`a bus that is down while an agent is spawned, ${dualWrite}: ${status}`, async () => {
    const { orchestrator, bus, storage, clock } = await stand({ dualWrite });
    bus.before = () => {
      throw new TestbedError('UNAVAILABLE', 'down');
    };
    const spawned = codeOf(() => orchestrator.spawn([{ id: 'a' }]));
    await clock.advance(1000);
    assert.is(await spawned, code);
    bus.before = () => {};
    await clock.advance(1000);
    assert.is(statuses(storage)['a'], status);
    assert.equal(
      bus.published.map(({ type }) => type),
      seen,
    );
  });
}

for (const [dualWrite, times, lost] of [
  ['undo', 1, 1],
  ['sweep', 2, 0],
] as const) {
  test(`an end whose announcement had no answer, ${dualWrite}: told ${times} times, ${lost} given up`, async () => {
    const { orchestrator, bus, clock } = await stand({ dualWrite });
    await orchestrator.spawn([{ id: 'a' }]);
    await settle();
    let unanswered = 1;
    const publish = bus.publish.bind(bus);
    bus.publish = async (channel, messages) => {
      await publish(channel, messages);
      if (unanswered-- > 0) throw new TestbedError('TIMEOUT', 'no answer');
    };
    await orchestrator.complete('a');
    await clock.advance(1000);
    const told = bus.published.filter(({ type }) => type === 'agent_complete');
    assert.is(told.length, times);
    assert.is(new Set(told.map(({ sequence }) => sequence)).size, 1);
    assert.equal(orchestrator.stats().outbox, { waiting: 0, lost });
  });
}

test('a spawn that could not be told is refused before it is stored', async () => {
  const { orchestrator, bus, storage } = await stand({ dualWrite: 'sweep', outboxLimit: 1 });
  bus.before = () => {
    throw new TestbedError('UNAVAILABLE', 'down');
  };
  await orchestrator.spawn([{ id: 'a' }]);
  assert.is(await codeOf(() => orchestrator.spawn([{ id: 'b' }])), 'OVERLOADED');
  assert.equal(statuses(storage), { a: 'running' });
});

test.run();
