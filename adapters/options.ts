import { TestbedError } from '../core/error.ts';
import type { Adapter, IntegerOption, Place, Traits } from './adapter.ts';

/**
 * An adapter's options as it uses them: what `place.options` gives, defaults for the rest.
 * Rejects an unknown name or a value out of bounds with INVALID_CONFIG, naming what is allowed.
 */
export function readOptions<Table extends { readonly [name: string]: IntegerOption }>(
  adapter: string,
  table: Table,
  given: Place['options'],
): { readonly [Name in keyof Table]: number } {
  const known = Object.keys(table);
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const allowed = known.length === 0 ? 'it has none' : `known: ${known.join(', ')}`;
    throw new TestbedError('INVALID_CONFIG', `${adapter}: unknown option "${name}" (${allowed})`);
  }
  const values: { [name: string]: number } = {};
  for (const [name, option] of Object.entries(table)) {
    const value = given[name] ?? option.default;
    if (!Number.isInteger(value) || (value as number) < option.min || (value as number) > option.max) {
      throw new TestbedError(
        'INVALID_CONFIG',
        `${adapter}: option "${name}" is ${JSON.stringify(value)}; a whole number from ${option.min} to ${option.max} is allowed`,
      );
    }
    values[name] = value as number;
  }
  return values as { readonly [Name in keyof Table]: number };
}

/** Rejects a durability that the adapter cannot reach with UNSUPPORTED, naming those that it can. */
export function checkDurability(adapter: Adapter<unknown, Traits>, place: Place): void {
  if (adapter.traits.durability.includes(place.durability)) return;
  throw new TestbedError(
    'UNSUPPORTED',
    `${adapter.name} cannot promise durability "${place.durability}" (it can: ${adapter.traits.durability.join(', ')})`,
  );
}
