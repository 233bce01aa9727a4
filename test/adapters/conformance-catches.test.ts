/** The conformance suites catch what they are for: each flaw by the tests named, and each test catches some flaw. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Adapter, Traits } from '../../adapters/adapter.ts';
import {
  busConformance,
  type ConformanceResult,
  type ConformanceSuite,
  runConformance,
  storageConformance,
} from '../../adapters/conformance/index.ts';
import { brokenBuses } from '../doubles/adapters/broken-bus.ts';
import { brokenStorages } from '../doubles/adapters/broken-storage.ts';

type Catches = { readonly [flaw: string]: readonly string[] };

/** By flaw: parts of the names of tests that must fail, each part enough to tell which. */
const busCatches: Catches = {
  'drops one of seven': ['once and whole', 'far behind, a subscriber'],
  'has one channel': ['nothing of other channels'],
  'refuses an empty batch': ['an empty batch'],
  'delivers inside publish': ['inside publish'],
  'takes every turn': ['5,000 links'],
  'reorders each batch': [
    'once and whole',
    'order: kept within',
    'replay: from the earliest',
    'far behind, a subscriber',
  ],
  'has an order for each subscriber': ['the same for every subscriber'],
  'subscribes late': ['nothing is missed'],
  'starts at the earliest, always': [
    'by default only',
    'after any offset',
    'offset that is not held',
    'a new group starts',
  ],
  'starts at the latest, always': [
    'read back as it went in',
    'replay: from the earliest',
    'after any offset',
    'a new group starts',
  ],
  'never unsubscribes': ['a closed subscription'],
  'has 100 channels': ['200 at once'],
  'changes odd text': ['content: every kind of payload', 'read back as it went in'],
  'cuts payloads at 1 MiB': ['a payload of 5 MiB'],
  'claims a limit it does not keep': ['over the limit'],
  'knows no groups': ['goes to one member', 'a group goes on where it stopped'],
  'has one group': ['every group gets everything'],
  'forgets groups': ['a group goes on where it stopped'],
  'does not wait for handlers': ['of one key are handled', 'only after the last was answered'],
  'runs one handler at a time': ['a busy member', 'one that is stuck'],
  'acknowledges failures': ['a leaving member', 'a handler that throws', 'a handler that rejects'],
  'stops at an error': ['a handler that fails'],
  'closes under a running handler': ['waits for the handler call'],
  'waits for handlers on close': ['while a handler is stuck'],
  'gives up on close': ['asked for before it is answered'],
  'works after close': ['every method rejects'],
  'closes only once': ['may be called again'],
  'takes any option': ['an unknown option'],
  'takes any durability': ['a durability that'],
  'claims to outlive its process': [
    'both ways',
    'a group spans both',
    'a killed consumer',
    'before a SIGKILL',
    'outlive the connection',
  ],
};

const storageCatches: Catches = {
  'ignores tokens': ['of a life that has ended', 'of writes at the same time', 'once a life has been ended'],
  'refuses tokens': ['stored as without one'],
  'ends at any beat': ['only at the beat'],
  'forgets the living': ['only a life that has ended'],
  'counts no beats': ['has a higher token'],
  'rounds times': ['field by field'],
  'changes odd text': ['every kind of JSON', 'events: every kind'],
  'cuts payloads at 1 MiB': ['a session of 5 MiB'],
  'claims a limit it does not keep': ['over the limit'],
  'inserts one by one': ['an id that exists'],
  'fails together': ['one refused insert'],
  'takes any version': ['is at version 1'],
  'keeps what is removed': ['removed ones are gone'],
  'refuses an empty batch': ['empty batches'],
  'takes 1,000 at a time': ['5,000 in one insert'],
  'keeps links': ['replaces every field'],
  'lets the last write win': ['of an older or newer version', 'exactly one succeeds'],
  'updates all or nothing': ['each item stands for itself'],
  'updates an id once': ['two changes of one record'],
  'checks, then sets': ['exactly one succeeds', 'lose no change'],
  'has a stale index': ['look-ups agree'],
  'indexes before it stores': ['a refused update leaves'],
  'finds swarms of any status': ['swarms are found'],
  'has an empty page at the end': ['full but for the last'],
  'pages by counting': ['a limit out of bounds', 'events read while', 'before a pruning'],
  'pages by change': ['while records come', 'may be changed between'],
  'appends backwards': ['in the order appended'],
  'reads a key once': ['more come between'],
  'loses one of seven events': ['in many calls at once'],
  'prunes more than it should': ['pruning removes the oldest'],
  'tells everything every time': ['changes: all to begin with'],
  'never tells of removals': ['comes again while somebody reads', 'after more removals'],
  'numbers changes before it stores them': ['changes: none is skipped'],
  'begins again at a cursor it does not know': ['changes: a foreign cursor'],
  'works after close': ['every method rejects'],
  'closes only once': ['may be called again'],
  'takes any option': ['an unknown option'],
  'takes any durability': ['a durability that'],
  'claims to outlive its process': [
    'sees what the other stored',
    'compare-and-set holds between',
    'neither is refused',
    'changes: those made by another process',
    'before a SIGKILL',
    'outlives the connection',
  ],
};

function register<Port, T extends Traits>(
  what: 'bus' | 'storage',
  tests: ConformanceSuite<Port, T>,
  broken: { readonly [flaw: string]: () => Adapter<Port, T> },
  catches: Catches,
): void {
  const named = (part: string): string => {
    const names = tests.map(({ name }) => name).filter((name) => name.includes(part));
    assert.is(names.length, 1, `"${part}" is part of ${names.length} names: ${names.join('; ')}`);
    return names[0] as string;
  };
  const module = {
    url: new URL(`../doubles/adapters/broken-${what}.ts`, import.meta.url).href,
    name: 'claimsTooMuch',
  };

  for (const [flaw, adapter] of Object.entries(broken)) {
    test(`a ${what} that ${flaw} is caught`, async () => {
      const expected = (catches[flaw] ?? []).map(named);
      assert.ok(expected.length > 0, 'no test is named for this flaw');
      // A second process takes a while to start; those tests wait for theirs side by side.
      const deadlineMs = flaw.startsWith('claims to') ? 2_000 : 250;
      const results: ConformanceResult[] = [];
      const run = async (names: readonly string[]): Promise<void> => {
        const only = (name: string): boolean => names.includes(name);
        results.push(...(await runConformance(tests, adapter(), { only, deadlineMs, module })));
      };
      await Promise.all(deadlineMs > 250 ? expected.map((name) => run([name])) : [run(expected)]);
      const missed = results.filter(({ outcome }) => outcome !== 'failed').map(({ name }) => name);
      assert.equal(missed, [], 'tests that should have failed');
    });
  }

  test(`every ${what} test has been seen to fail`, () => {
    const seen = new Set(Object.values(catches).flat().map(named));
    assert.equal(
      tests.map(({ name }) => name).filter((name) => !seen.has(name)),
      [],
    );
  });
}

register('bus', busConformance, brokenBuses, busCatches);
register('storage', storageConformance, brokenStorages, storageCatches);

test.run();
