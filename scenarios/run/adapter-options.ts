import type { Place } from '../../adapters/adapter.ts';
import type { AdapterOptions } from '../scenario.ts';

/** What of the options is for this adapter: those by name, and over them those under the adapter's own name. */
export function optionsFor(given: AdapterOptions, adapter: string): Place['options'] {
  const common = Object.entries(given).filter(([, value]) => typeof value !== 'object');
  const own = Object.hasOwn(given, adapter) ? given[adapter] : undefined;
  return { ...Object.fromEntries(common), ...(typeof own === 'object' ? own : {}) };
}
