/** Options and names: what is wrong is said with what is allowed. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readOptions } from '../../adapters/options.ts';
import { busAdapterNames, loadBus, loadStorage, storageAdapterNames } from '../../adapters/table.ts';
import { isTestbedError } from '../../core/error.ts';

const table = {
  poolSize: { default: 10, min: 1, max: 100, meaning: '' },
  waitMs: { default: 50, min: 0, max: 1_000, meaning: '' },
} as const;

const messageFrom = async (work: () => unknown): Promise<string> => {
  try {
    await work();
    return 'nothing was thrown';
  } catch (error) {
    assert.ok(isTestbedError(error, 'INVALID_CONFIG'), String(error));
    return error.message;
  }
};

test('what is not given is the default', () => {
  assert.equal(readOptions('x', table, {}), { poolSize: 10, waitMs: 50 });
  assert.equal(readOptions('x', table, { waitMs: 0 }), { poolSize: 10, waitMs: 0 });
});

for (const [given, message] of [
  [{ poolsize: 3 }, 'x: unknown option "poolsize" (known: poolSize, waitMs)'],
  [{ poolSize: 0 }, 'x: option "poolSize" is 0; a whole number from 1 to 100 is allowed'],
  [{ poolSize: 101 }, 'x: option "poolSize" is 101; a whole number from 1 to 100 is allowed'],
  [{ poolSize: 1.5 }, 'x: option "poolSize" is 1.5; a whole number from 1 to 100 is allowed'],
  [{ poolSize: '3' }, 'x: option "poolSize" is "3"; a whole number from 1 to 100 is allowed'],
  [{ constructor: 1 }, 'x: unknown option "constructor" (known: poolSize, waitMs)'],
] as const) {
  test(`options ${JSON.stringify(given)} are refused`, async () => {
    assert.is(await messageFrom(() => readOptions('x', table, given)), message);
  });
}

test('an adapter without options says so', async () => {
  assert.is(await messageFrom(() => readOptions('x', {}, { a: 1 })), 'x: unknown option "a" (it has none)');
});

test('each adapter is listed under its own name', async () => {
  for (const name of busAdapterNames) assert.is((await loadBus(name)).name, name);
  for (const name of storageAdapterNames) assert.is((await loadStorage(name)).name, name);
});

test('an unknown adapter is refused with those that are known', async () => {
  assert.match(await messageFrom(() => loadBus('kafka')), /unknown bus "kafka" \(known: memory, sqlite/);
  assert.match(await messageFrom(() => loadStorage('toString')), /unknown storage "toString"/);
});

test.run();
