/** What the memory bus has beyond the contract: batches by reference, backpressure, a window. */
import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadBus } from '../../adapters/table.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';

const place = { directory: '/nowhere', namespace: 'test', durability: 'none', options: {} };
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

async function open(options: { readonly [name: string]: number } = {}) {
  return (await loadBus('memory')).open({ ...place, options });
}

async function turns(count = 20): Promise<void> {
  for (let index = 0; index < count; index++) await turn();
}

test('a large batch reaches every subscriber as the array that was published', async () => {
  const { port } = await open();
  const got: (readonly Message[])[] = [];
  for (let subscriber = 0; subscriber < 3; subscriber++) {
    await port.subscribe('c', {}, (batch) => void got.push(batch));
  }
  const batch = messages(500);
  await port.publish('c', batch);
  await turns();
  assert.is(got.length, 3);
  for (const each of got) assert.is(each, batch);
});

test('small batches of one turn are handed over together, and the arrays published are left as they were', async () => {
  const { port } = await open();
  const sizes: number[] = [];
  await port.subscribe('c', {}, (batch) => void sizes.push(batch.length));
  const batches = Array.from({ length: 10 }, (_, index) => messages(2, index * 2 + 1));
  await Promise.all(batches.map((batch) => port.publish('c', batch)));
  await turns();
  assert.equal(sizes, [20]);
  assert.ok(batches.every((batch) => batch.length === 2));
});

test('publish waits while a subscriber is too far behind, in order, and goes on when it catches up', async () => {
  const { port } = await open({ bufferMessages: 10 });
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const seen: number[] = [];
  await port.subscribe('c', {}, async (batch) => {
    await held;
    seen.push(...batch.map(({ sequence }) => sequence));
  });
  await port.publish('c', messages(1));
  await turns();
  const accepted: number[] = [];
  for (let first = 2; first <= 41; first += 5) {
    void port.publish('c', messages(5, first)).then(() => accepted.push(first));
  }
  await turns();
  // One message is in the handler's hands; two batches of five fill the buffer.
  assert.equal(accepted, [2, 7]);
  release();
  await turns(100);
  assert.equal(accepted, [2, 7, 12, 17, 22, 27, 32, 37]);
  assert.equal(
    seen,
    Array.from({ length: 41 }, (_, index) => index + 1),
  );
});

test('nobody waits for a group without members', async () => {
  const { port } = await open({ bufferMessages: 10, windowMessages: 1_000 });
  const member = await port.subscribe('c', { group: 'g' }, () => {});
  await member.close();
  for (let first = 1; first <= 200; first += 10) await port.publish('c', messages(10, first));
  const seen: number[] = [];
  await port.subscribe(
    'c',
    { group: 'g' },
    (batch) => void seen.push(...batch.map(({ sequence }) => sequence)),
  );
  await turns();
  assert.equal(seen.length, 200);
});

test('a group that missed what is no longer held is told so, once', async () => {
  const { port } = await open({ windowMessages: 20 });
  const member = await port.subscribe('c', { group: 'g' }, () => {});
  await member.close();
  for (let first = 1; first <= 100; first += 10) {
    await port.publish('c', messages(10, first));
    await turn();
    await (await port.subscribe('c', {}, () => {})).close();
  }
  const join = () => port.subscribe('c', { group: 'g', from: 'earliest' }, () => {});
  assert.is(await join().then(() => 'ok', codeOf), 'OUT_OF_RANGE');
  assert.is(await join().then(() => 'ok', codeOf), 'ok');
});

test('the window is kept, and what is older is let go', async () => {
  const { port } = await open({ windowMessages: 30 });
  await port.subscribe('c', {}, () => {});
  for (let first = 1; first <= 300; first += 10) {
    await port.publish('c', messages(10, first));
    await turn();
  }
  const seen: number[] = [];
  await port.subscribe('c', { from: 'earliest' }, (batch) => void seen.push(...batch.map((m) => m.sequence)));
  await turns();
  assert.ok(seen.length >= 30 && seen.length <= 50, `${seen.length} are held`);
  assert.is(seen.at(-1), 300);
});

test('what is let go of is not what a reader stands in, at the very edge of it', async () => {
  const { port } = await open({ windowMessages: 1 });
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const seen: number[] = [];
  await port.subscribe('c', {}, async (batch) => {
    await held;
    seen.push(...batch.map(({ sequence }) => sequence));
  });
  await port.subscribe('c', {}, () => {});
  for (let first = 1; first <= 40; first += 10) {
    await port.publish('c', messages(10, first));
    await turns();
  }
  release();
  await turns();
  assert.equal(
    seen,
    Array.from({ length: 40 }, (_, index) => index + 1),
  );
});

test('a group comes back to the very edge of what is held, and goes on', async () => {
  const { port } = await open({ windowMessages: 10 });
  const member = await port.subscribe('c', { group: 'g' }, () => {});
  await port.publish('c', messages(10));
  await turns();
  await member.close();
  await port.subscribe('c', {}, () => {});
  for (const [count, first] of [
    [10, 11],
    [1, 21],
  ] as const) {
    await port.publish('c', messages(count, first));
    await turns();
  }
  const seen: number[] = [];
  await port.subscribe('c', { group: 'g' }, (batch) => void seen.push(...batch.map((m) => m.sequence)));
  await turns();
  assert.equal(seen, [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
});

test('runs on memory load no client library', async () => {
  const loaded = (): string[] =>
    Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes('better-sqlite3'));
  await open();
  assert.equal(loaded(), []);
  const directory = new URL('.', import.meta.url).pathname;
  const refused = (await loadBus('sqlite')).open({ ...place, directory, options: { nothing: 1 } });
  assert.is(await refused.then(() => 'ok', codeOf), 'INVALID_CONFIG');
  assert.equal(loaded(), [], 'nor does a refused option');
  // Seen to notice: the library itself.
  await import('better-sqlite3');
  assert.ok(loaded().length > 0);
});

test.run();
