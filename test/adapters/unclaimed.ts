import type { Traits } from '../../adapters/adapter.ts';
import type { ConformanceResult, ConformanceSuite } from '../../adapters/conformance/index.ts';

/**
 * The adapter's traits do not claim it, so it is no test of this adapter. Anything else that was not run (a second
 * process that cannot find the adapter, say) is a hole in our tests, and has to fail.
 */
export function isUnclaimed({ outcome, reason }: Pick<ConformanceResult, 'outcome' | 'reason'>): boolean {
  return outcome === 'skipped' && reason?.startsWith('needs the module') !== true;
}

/** The tests of a suite that are no tests of an adapter with these traits. */
export function unclaimedBy<Port, T extends Traits>(suite: ConformanceSuite<Port, T>, traits: T): string[] {
  return suite.filter(({ applies }) => applies?.(traits) === false).map(({ name }) => name);
}
