import type { Adapter } from '../adapters/adapter.ts';
import { readOptions } from '../adapters/options.ts';
import { busAdapterNames, loadBus, loadStorage, storageAdapterNames } from '../adapters/table.ts';
import type { Environment } from '../config/environment.ts';
import { refuseField } from '../config/load-scenario.ts';
import { isTestbedError } from '../core/error.ts';
import { optionsFor } from '../scenarios/run/adapter-options.ts';
import type { AdapterOptions, Scenario } from '../scenarios/scenario.ts';
import type { Inspected } from './modules/inspected.ts';
import type { Selected } from './select.ts';

/**
 * Holds the options that a scenario names against those that the adapters of its stacks have. INVALID_CONFIG with its
 * place in the file for one that is not known or out of range. Loads no client and opens nothing. Nothing is said of a
 * stack that cannot be played anyway.
 */
export async function checkAdapterOptions(
  { scenario, stacks }: Selected,
  inspected: Inspected,
  env: Environment,
): Promise<void> {
  const { options } = scenario;
  if (options === undefined) return;
  const known = { bus: new Set(busAdapterNames), storage: new Set(storageAdapterNames) };
  for (const stack of stacks) {
    if (inspected.problem(stack) !== null) continue;
    const facts = inspected.facts(stack);
    const parts = {
      bus: facts?.bus ?? (await loadBus(stack.bus)),
      storage: facts?.storage ?? (await loadStorage(stack.storage)),
    };
    for (const part of ['bus', 'storage'] as const) {
      known[part].add(parts[part].name);
      check(part, parts[part], options[part], scenario, env);
    }
  }
  if (stacks.some((stack) => inspected.problem(stack) !== null)) return;
  for (const part of ['bus', 'storage'] as const) refuseUnknown(part, [...known[part]], scenario, env);
}

/** Options under the name of an adapter that no stack has and that is not ours: of a module, it is known only here. */
function refuseUnknown(
  part: 'bus' | 'storage',
  names: readonly string[],
  { source, options }: Scenario,
  env: Environment,
): void {
  const given = Object.entries(options?.[part] ?? {}).filter(([, value]) => typeof value === 'object');
  const unknown = given.find(([name]) => !names.includes(name));
  if (unknown === undefined) return;
  const what = `holds options, and no ${part} is called so (allowed: ${names.join(', ')})`;
  refuseField(source, ['options', part, unknown[0]], what, env);
}

function check(
  part: 'bus' | 'storage',
  { name: adapter, options: table = {} }: Pick<Adapter<unknown>, 'name' | 'options'>,
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
