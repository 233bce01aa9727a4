/** What the suites ask of an adapter that does not answer, and of one that claims more than most. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { StorageAdapter } from '../../adapters/adapter.ts';
import {
  type ConformanceResult,
  runConformance,
  storageConformance,
} from '../../adapters/conformance/index.ts';
import { memoryStorage } from '../../adapters/memory/index.ts';
import { sqliteStorage } from '../../adapters/sqlite/index.ts';

const deadlineMs = 1_000;
const never = (): Promise<never> => new Promise(() => {});

/** Everything that can be tried in this process. */
const hold = (adapter: StorageAdapter, onResult: (result: ConformanceResult) => void = () => {}) =>
  runConformance(storageConformance, adapter, { deadlineMs, onResult });
const failures = (results: readonly ConformanceResult[]): string[] =>
  results.filter(({ outcome }) => outcome === 'failed').map(({ reason }) => reason ?? '');

test('an open that never answers is waited for once; then every test fails for it', async () => {
  let opens = 0;
  const results = await hold({
    ...memoryStorage,
    open: () => {
      opens++;
      return never();
    },
  });
  assert.is(opens, 1);
  const [first, ...later] = failures(results);
  assert.is(first, 'open: not within 1000 ms');
  assert.is(later.length + 1, results.filter(({ outcome }) => outcome !== 'skipped').length);
  // The last two expect a refusal, and say what came instead.
  for (const reason of later)
    assert.match(reason, /open: not within 1000 ms, nor ever before: not asked again/);
});

test('so is a method that never answers; tests that do without it go on', async () => {
  let failed = false;
  let callsAfterFailure = 0;
  const { open } = memoryStorage;
  const adapter: StorageAdapter = {
    ...memoryStorage,
    async open(place) {
      const connection = await open(place);
      const { agents, ...others } = connection.port;
      const insert = (): Promise<never> => {
        if (failed) callsAfterFailure++;
        return never();
      };
      return { ...connection, port: { ...others, agents: { ...agents, insert } } };
    },
  };
  const results = await hold(adapter, ({ outcome }) => {
    failed ||= outcome === 'failed';
  });
  assert.is(callsAfterFailure, 0);
  assert.ok(failures(results).every((reason) => /agents\.insert: not within 1000 ms/.test(reason)));
  assert.ok(results.some(({ name, outcome }) => name.startsWith('events:') && outcome === 'passed'));
});

test('one that answered before is asked again, however late it is once', async () => {
  let opens = 0;
  const adapter: StorageAdapter = {
    ...memoryStorage,
    open: (place) => (++opens === 2 ? never() : memoryStorage.open(place)),
  };
  assert.equal(failures(await hold(adapter)), ['open: not within 1000 ms']);
});

test('an adapter that only claims to outlive a loss of power is held to that across a restart', async () => {
  const asked = new Set<string>();
  const adapter: StorageAdapter = {
    ...sqliteStorage,
    traits: { ...sqliteStorage.traits, durability: ['none', 'power-loss'] },
    open(place) {
      asked.add(place.durability);
      return sqliteStorage.open(place);
    },
  };
  const url = new URL('../../adapters/sqlite/index.ts', import.meta.url).href;
  const results = await runConformance(storageConformance, adapter, {
    only: (name) => name.startsWith('restart'),
    module: { url, name: 'sqliteStorage' },
  });
  assert.ok(results.length > 0);
  assert.equal(
    results.filter(({ outcome }) => outcome !== 'passed'),
    [],
  );
  assert.equal([...asked], ['power-loss']);
});

test.run();
