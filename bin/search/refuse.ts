import { TestbedError } from '../../core/error.ts';
import type { Selected } from '../select.ts';

/** INVALID_CONFIG for a scenario that is a search, where cells are wanted: its probes are no rounds of one another. */
export function refuseSearches(selected: readonly Selected[], why: string): void {
  const search = selected.find(({ scenario }) => scenario.search !== undefined);
  if (search !== undefined)
    throw new TestbedError('INVALID_CONFIG', `${search.scenario.name} searches for a limit: ${why}`);
}
