import type { Stack } from '../scenarios/scenario.ts';
import { didYouMean } from './did-you-mean.ts';
import { invalid, quote } from './invalid.ts';
import { readLists } from './shipped-lists.ts';

/** The adapters there are, by what they can be. */
export interface AdapterNames {
  readonly buses: readonly string[];
  readonly storages: readonly string[];
}

let shipped: (AdapterNames & { readonly stacks: readonly string[] }) | undefined;

function shippedNames(): AdapterNames & { readonly stacks: readonly string[] } {
  shipped ??= readLists('stacks.yaml') as unknown as NonNullable<typeof shipped>;
  return shipped;
}

/** The adapters that ship. */
export function adapterNames(): AdapterNames {
  return shippedNames();
}

/** The stacks that lists show; every BUS+STORAGE of known adapters is one as well. */
export function listStacks(): readonly Stack[] {
  return shippedNames().stacks.map((name) => resolveStack(name));
}

/** `NAME` (bus and storage of one technology) or `BUS+STORAGE` -> a stack. INVALID_CONFIG when an adapter is unknown. */
export function resolveStack(name: string, adapters: AdapterNames = shippedNames()): Stack {
  const [bus = '', storage = bus, ...more] = name.split('+');
  const known = adapters.buses.includes(bus) && adapters.storages.includes(storage) && more.length === 0;
  if (known) return { name, bus, storage };
  const both = adapters.buses.filter((adapter) => adapters.storages.includes(adapter));
  const pairs = adapters.buses.flatMap((left) => adapters.storages.map((right) => `${left}+${right}`));
  throw invalid(
    `unknown stack ${quote(name)}${didYouMean(name, [...both, ...pairs])} (allowed: ${both.join(', ')}, or BUS+STORAGE with bus ${adapters.buses.join(' or ')} and storage ${adapters.storages.join(' or ')})`,
  );
}
