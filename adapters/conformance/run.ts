import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../core/clock.ts';
import { messageOf } from '../../core/error.ts';
import { createRandom } from '../../core/random.ts';
import type { Adapter, Place, Traits } from '../adapter.ts';
import { Answers } from './answers.ts';
import { type ContextParts, createContext, lowestDurability } from './context.ts';
import type { PeerKind } from './peer.ts';
import { Servers } from './servers.ts';
import type { AdapterModule, ConformanceResult, ConformanceSuite, ConformanceTest } from './suite.ts';

export interface ConformanceOptions<Port> {
  /** Where a second process finds the adapter. Absent: tests of two processes are skipped, saying so. */
  readonly module?: AdapterModule;
  /** Stands between the tests and the port, in this process: a decorator must pass what it decorates passes. */
  readonly wrap?: (port: Port) => Port;
  /** The adapter's own options. */
  readonly options?: Place['options'];
  /** Only tests whose name this is true for. */
  readonly only?: (name: string) => boolean;
  /** The longest wait for anything that should happen; default 10 s. */
  readonly deadlineMs?: number;
  /** Where data is put; default the system's directory for temporary files. */
  readonly directory?: string;
  readonly seed?: number;
  readonly clock?: Clock;
  /** Called with each result as it comes. */
  readonly onResult?: (result: ConformanceResult) => void;
}

/** A test that does not end is a test that fails: it may wait this many times in a row for something that comes late. */
const waitsPerTest = 4;

/**
 * Holds an adapter to a suite, test after test, each in a place of its own, and tells what came out. Never rejects
 * because of what the adapter does; rejects when its server cannot be started.
 */
export async function runConformance<Port, T extends Traits>(
  suite: ConformanceSuite<Port, T>,
  adapter: Adapter<Port, T>,
  options: ConformanceOptions<Port> = {},
): Promise<ConformanceResult[]> {
  const results: ConformanceResult[] = [];
  const { directory = tmpdir(), options: adapterOptions = {} } = options;
  const serversAt = mkdtempSync(join(directory, 'conformance-servers-'));
  const servers = new Servers(adapter, {
    directory: serversAt,
    namespace: 'conformance',
    options: adapterOptions,
  });
  const answers = new Answers();
  try {
    // Without its server nothing can be said of an adapter.
    await servers.addressFor(lowestDurability(adapter.traits));
    for (const test of suite) {
      if (options.only !== undefined && !options.only(test.name)) continue;
      const result = await runTest(test, adapter, options, { servers, answers });
      results.push(result);
      options.onResult?.(result);
    }
  } finally {
    await servers.stop();
    rmSync(serversAt, { recursive: true, force: true });
  }
  return results;
}

async function runTest<Port, T extends Traits>(
  test: ConformanceTest<Port, T>,
  adapter: Adapter<Port, T>,
  options: ConformanceOptions<Port>,
  shared: Pick<ContextParts<Port, T>, 'servers' | 'answers'>,
): Promise<ConformanceResult> {
  const { name, meaning } = test;
  const skipped = (reason: string): ConformanceResult => ({ name, meaning, outcome: 'skipped', reason });
  if (test.applies !== undefined && !test.applies(adapter.traits)) return skipped(`needs ${test.needs}`);
  if (test.processes === true && options.module === undefined) {
    return skipped('needs the module that exports the adapter, for a second process');
  }
  const { clock = systemClock, deadlineMs = 10_000 } = options;
  const { context, end } = createContext<Port, T>({
    adapter,
    kind: kindOf(adapter),
    module: options.module ?? null,
    wrap: options.wrap ?? ((port) => port),
    options: options.options ?? {},
    ...shared,
    clock,
    random: createRandom(options.seed ?? 1).fork(name),
    deadlineMs,
    directory: options.directory ?? tmpdir(),
  });
  const problems: string[] = [];
  const collect = (error: unknown): void => {
    problems.push(messageOf(error));
  };
  const limit = new AbortController();
  const limitMs = deadlineMs * waitsPerTest;
  const tooLong = clock.sleep(limitMs, limit.signal).then(
    () => Promise.reject(new Error(`not done within ${limitMs} ms`)),
    () => undefined,
  );
  await Promise.race([test.run(context), tooLong]).catch(collect);
  limit.abort();
  await end().catch(collect);
  return problems.length === 0
    ? { name, meaning, outcome: 'passed', reason: null }
    : { name, meaning, outcome: 'failed', reason: problems.join('; ') };
}

/** Only buses say in which order they deliver. */
function kindOf(adapter: Adapter<unknown, Traits>): PeerKind {
  return 'order' in adapter.traits ? 'bus' : 'storage';
}
