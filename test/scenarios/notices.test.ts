/** What the system under test gets to hear of its bus and its storage, noticed on the way to it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Bus } from '../../core/bus.ts';
import { type ErrorCode, TestbedError } from '../../core/error.ts';
import type { Storage } from '../../core/storage.ts';
import { Tally } from '../../scenarios/measure/tally.ts';
import { Notices } from '../../scenarios/run/notices.ts';
import { storedAgent } from '../core/stand.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

type Answer = () => Promise<never[]>;

/** A bus and a storage that answer as they are told, through notices that are counted. */
function rig(deadlineMs: number | null = null) {
  const clock = new FakeClock();
  const tally = new Tally([{ name: 'steady', fromMs: clock.now(), toMs: clock.now() + 10_000 }]);
  const world: { answer: Answer } = { answer: async () => [] };
  const notices = new Notices(clock, deadlineMs);
  const repository = { update: () => world.answer() };
  const ports = notices.on({
    bus: {
      publish: async () => void (await world.answer()),
      subscribe: async (_channel, _options, handler) => {
        await Promise.resolve(handler([], 0 as never)).catch(() => undefined);
        return { close: async () => undefined } as never;
      },
    } as Bus,
    storage: {
      agents: withAll(repository),
      swarms: withAll(repository),
      events: withAll({}),
    } as unknown as Storage,
  });
  notices.tally = tally;
  const update = () => ports.storage.agents.update([storedAgent('one', { version: 2 })]);
  return { clock, ...ports, update, world, noticed: () => tally.windows.total('noticed') };
}

/** With every method that a repository may have; those that are not given are not there to be called. */
function withAll(methods: object): object {
  const missing = ['insert', 'get', 'update', 'find', 'count', 'remove', 'append', 'read', 'prune'].map(
    (name) => [name, () => assert.unreachable(name)],
  );
  return { ...Object.fromEntries(missing), ...methods };
}

const refusing = (code: ErrorCode) => async () => {
  throw new TestbedError(code, 'as told');
};

for (const [code, expected] of [
  ['UNAVAILABLE', 1],
  ['TIMEOUT', 1],
  ['FULL', 1],
  ['CONFLICT', 0],
  ['DUPLICATE', 0],
] as const) {
  test(`${code} of a call: ${expected === 1 ? 'noticed' : 'an answer to what was asked'}`, async () => {
    const { update, bus, world, noticed } = rig();
    await update();
    assert.is(noticed(), 0);
    world.answer = refusing(code);
    for (const call of [update, () => bus.publish('events', [])]) {
      await call().then(
        () => assert.unreachable(),
        (error) => assert.is(error.code, code),
      );
    }
    assert.is(noticed(), 2 * expected);
  });
}

test('no answer by the deadline of the system is noticed then, and without a deadline never', async () => {
  for (const [deadlineMs, expected] of [
    [200, 1],
    [null, 0],
  ] as const) {
    const { clock, update, world, noticed } = rig(deadlineMs);
    world.answer = () => new Promise(() => undefined);
    void update();
    await clock.advance(199);
    assert.is(noticed(), 0);
    await clock.advance(1000);
    assert.is(noticed(), expected);
  }
});

test('what a handler throws is no word of the bus', async () => {
  const { bus, noticed } = rig();
  const failing = async () => {
    throw new TestbedError('UNAVAILABLE', 'the handler');
  };
  await bus.subscribe('events', { from: 'latest' } as never, failing);
  assert.is(noticed(), 0);
});

test.run();
