/** What the SQLite bus has beyond the contract: retention, leases, the tail, and sets of offsets. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sqliteBus } from '../../adapters/sqlite/index.ts';
import { countOf, spansOf, union } from '../../adapters/sqlite/spans.ts';
import { Tail } from '../../adapters/sqlite/tail.ts';
import type { Bus } from '../../core/bus.ts';
import { systemClock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import { createRandom } from '../../core/random.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { inDirectory, placeIn } from './sqlite-kit.ts';

const codeOf = (error: unknown): string => (isTestbedError(error) ? error.code : String(error));

function messages(count: number, first = 1): Message[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `key-${index % 3}`,
    type: 'text_delta',
    swarmId: '',
    producer: 1,
    sequence: first + index,
    at: 0,
    sentAt: 0,
    data: '',
  }));
}

const sequences = (list: readonly Message[]): number[] => list.map(({ sequence }) => sequence);

async function until(condition: () => boolean): Promise<void> {
  for (let tick = 0; tick < 5_000 && !condition(); tick++) await systemClock.sleep(1);
  assert.ok(condition(), 'not within 5 s');
}

/** Everything the bus still holds of a channel. */
async function held(bus: Bus, expected: number): Promise<number[]> {
  const seen: number[] = [];
  const subscription = await bus.subscribe(
    'c',
    { from: 'earliest' },
    (batch) => void seen.push(...sequences(batch)),
  );
  await until(() => seen.at(-1) === expected);
  await subscription.close();
  return seen;
}

test('old messages are removed beyond what is to be kept', () =>
  inDirectory(async (directory) => {
    const { port, close } = await sqliteBus.open(placeIn(directory, { options: { retainMessages: 40 } }));
    for (let from = 1; from <= 400; from += 10) await port.publish('c', messages(10, from));
    const seen = await held(port, 400);
    assert.ok(seen.length >= 40 && seen.length < 60, `${seen.length} are held`);
    assert.is(
      await port.subscribe('c', { from: { after: '5' } }, () => {}).then(() => 'ok', codeOf),
      'OUT_OF_RANGE',
    );
    await close();
  }));

test('what a group has not read is kept, whatever is to be kept', () =>
  inDirectory(async (directory) => {
    const { port, close } = await sqliteBus.open(placeIn(directory, { options: { retainMessages: 20 } }));
    const member = await port.subscribe('c', { group: 'g' }, () => {});
    await member.close();
    for (let from = 1; from <= 200; from += 10) await port.publish('c', messages(10, from));
    const seen: number[] = [];
    await port.subscribe('c', { group: 'g' }, (batch) => void seen.push(...sequences(batch)));
    await until(() => seen.length >= 200);
    assert.equal(seen, sequences(messages(200)));
    await close();
  }));

test('what a slow subscriber has yet to read is kept, in another connection too', () =>
  inDirectory(async (directory) => {
    const options = { retainMessages: 20 };
    const slow = await sqliteBus.open(placeIn(directory, { options }));
    const quick = await sqliteBus.open(placeIn(directory, { options }));
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seen: number[] = [];
    await slow.port.subscribe('c', {}, async (batch) => {
      await held;
      seen.push(...sequences(batch));
    });
    for (let from = 1; from <= 200; from += 10) await quick.port.publish('c', messages(10, from));
    release();
    await until(() => seen.length >= 200);
    assert.equal(seen, sequences(messages(200)));
    await Promise.all([slow.close(), quick.close()]);
  }));

test('a connection that renews its lease keeps what it holds; one that is silent loses it', () =>
  inDirectory(async (directory) => {
    const options = { leaseMs: 300, pollMs: 10 };
    // Time stands still for this one: it never renews.
    const frozen = await sqliteBus.open(placeIn(directory, { options, clock: new FakeClock() }));
    const clock = new FakeClock();
    const living = await sqliteBus.open(placeIn(directory, { options, clock }));
    const heldByFrozen: number[] = [];
    await frozen.port.subscribe('c', { group: 'g' }, (batch) => {
      heldByFrozen.push(...sequences(batch));
      return new Promise(() => {});
    });
    await frozen.port.publish('c', messages(5));
    await until(() => heldByFrozen.length > 0);
    const seen: number[] = [];
    await living.port.subscribe('c', { group: 'g' }, (batch) => void seen.push(...sequences(batch)));
    await clock.advance(250);
    await living.port.publish('c', [{ ...(messages(1, 6)[0] as Message), key: 'free' }]);
    await clock.advance(10);
    assert.equal(seen, [6], 'before the lease has lapsed: only what nobody holds');
    await clock.advance(250);
    assert.equal(seen, [6, 1, 2, 3, 4, 5]);
    await Promise.all([frozen.close(), living.close()]);
  }));

test('a tail gives what follows an offset, or says that it does not know', () => {
  const tail = new Tail(10_000);
  const push = (first: number, count: number): void =>
    tail.push({ first, messages: messages(count, first), characters: 0 });
  const after = (offset: number): number[] | null => {
    const found = tail.after(offset);
    return found === null ? null : sequences(found);
  };
  assert.is(after(0), null);
  push(11, 3);
  push(14, 2);
  assert.is(after(9), null, 'older than what is held');
  assert.equal(after(10), [11, 12, 13, 14, 15]);
  assert.equal(after(12), [13, 14, 15]);
  assert.is(after(15), null, 'newer than what is held');
  push(20, 2);
  assert.is(after(13), null, 'somebody else wrote in between');
  assert.equal(after(19), [20, 21]);
  push(22, 600);
  assert.equal(after(19)?.length, 2, 'short runs are put together, long ones stay as they are');
  push(622, 10_000);
  assert.is(after(20), null, 'only so much is held');
});

test('spans hold the same offsets as sets do', () => {
  const random = createRandom(1);
  for (let round = 0; round < 200; round++) {
    const draw = (): number[] => {
      const set = new Set(Array.from({ length: random.integer(0, 15) }, () => random.integer(1, 30)));
      return [...set].sort((a, b) => a - b);
    };
    const [a, b] = [draw(), draw()];
    const both = [...new Set([...a, ...b])].sort((x, y) => x - y);
    assert.equal(union(spansOf(a), spansOf(b)), spansOf(both));
    assert.is(countOf(spansOf(both)), both.length);
  }
  assert.equal(spansOf([1, 2, 3, 5, 7, 8]), [
    [1, 3],
    [5, 5],
    [7, 8],
  ]);
});

test.run();
