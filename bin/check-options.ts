import type { Adapter } from '../adapters/adapter.ts';
import { readOptions } from '../adapters/options.ts';
import { loadBus, loadStorage } from '../adapters/table.ts';
import type { Environment } from '../config/environment.ts';
import { refuseField } from '../config/load-scenario.ts';
import { resolveStack } from '../config/stacks.ts';
import { isTestbedError } from '../core/error.ts';
import { optionsFor } from '../scenarios/run/adapter-options.ts';
import type { AdapterOptions, Scenario } from '../scenarios/scenario.ts';

/**
 * Holds the options that a scenario names against those that the adapters of its stacks have. INVALID_CONFIG with its
 * place in the file for one that is not known or out of range. Loads no client and opens nothing.
 */
export async function checkAdapterOptions(scenario: Scenario, env: Environment): Promise<void> {
  const { options, stacks } = scenario;
  if (options === undefined) return;
  for (const { bus, storage } of stacks.map((name) => resolveStack(name))) {
    if (Object.keys(options.bus).length > 0) check('bus', await loadBus(bus), options.bus, scenario, env);
    if (Object.keys(options.storage).length > 0)
      check('storage', await loadStorage(storage), options.storage, scenario, env);
  }
}

function check(
  part: 'bus' | 'storage',
  { name: adapter, options: table = {} }: Adapter<unknown>,
  given: AdapterOptions,
  { source, stacks }: Scenario,
  env: Environment,
): void {
  for (const [name, value] of Object.entries(optionsFor(given, adapter))) {
    const own = given[adapter];
    const among = typeof own === 'object' && Object.hasOwn(own, name) ? [adapter, name] : [name];
    try {
      readOptions(`${adapter} ${part}`, table, { [name]: value });
    } catch (error) {
      if (!isTestbedError(error, 'INVALID_CONFIG')) throw error;
      const hint =
        among.length === 1 && stacks.length > 1 ? `; { ADAPTER: { ${name}: ... } } is for one alone` : '';
      refuseField(source, ['options', part, ...among], error.message + hint, env);
    }
  }
}
