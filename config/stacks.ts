import { relative, sep } from 'node:path';
import { isTestbedError } from '../core/error.ts';
import type { Stack } from '../scenarios/scenario.ts';
import { didYouMean } from './did-you-mean.ts';
import { invalid, quote } from './invalid.ts';
import { locateModule, type ModulePlace } from './module-place.ts';
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

/**
 * `NAME` (bus and storage of one technology), `BUS+STORAGE` or `SYSTEM+BUS+STORAGE` -> a stack. Each part may be a module
 * of somebody's, found from `base`, and the system is always one. INVALID_CONFIG when a part is unknown. What modules
 * bring is seen only where they are imported.
 */
export function resolveStack(
  name: string,
  adapters: AdapterNames = shippedNames(),
  base: string = process.cwd(),
): Stack {
  let problem: unknown;
  for (const words of wordings(name)) {
    try {
      const stack = stackOf(words, adapters, base);
      if (stack !== null) return stack;
    } catch (error) {
      if (!isTestbedError(error, 'INVALID_CONFIG')) throw error;
      // What is wrong is told of the usual way to read it.
      if (words.every((word) => !word.includes('+'))) problem = error;
    }
  }
  throw problem ?? unknown(name, adapters);
}

/** The same stack as `resolveStack(name, undefined, base)`, named so that it is found from the working directory. */
export function stackNameFrom(name: string, base: string): string {
  const { bus, storage, system, modules } = resolveStack(name, undefined, base);
  if (modules === undefined) return name;
  const parts = [...(system === undefined ? [] : [system]), bus, ...(storage === bus ? [] : [storage])];
  return parts.map((part) => (modules[part] === undefined ? part : nearPath(modules[part]))).join('+');
}

/** `./` in front, so that it can be nothing but a path. */
function nearPath(path: string): string {
  const near = relative(process.cwd(), path).replaceAll(sep, '/');
  return /^(\.\.\/|\/|[A-Za-z]:)/.test(near) ? near : `./${near}`;
}

/** A name with more of them is no stack. */
const mostPluses = 8;

/** The ways to read a name as at most three parts: at each `+`, though a path may have one of its own. The usual one first. */
function wordings(name: string): readonly (readonly string[])[] {
  const [first = '', ...more] = name.split('+');
  if (more.length > mostPluses) return [];
  return more.reduce<readonly (readonly string[])[]>(
    (ways, piece) => [
      ...ways.filter(({ length }) => length < 3).map((words) => [...words, piece]),
      ...ways.map((words) => [...words.slice(0, -1), `${words.at(-1)}+${piece}`]),
    ],
    [[first]],
  );
}

/** Null when a part is neither an adapter nor a module. */
function stackOf(words: readonly string[], adapters: AdapterNames, base: string): Stack | null {
  const [first = '', second, third] = words;
  const found = new Map<string, string>();
  const part = (word: string, ours: readonly string[]): string | null => {
    if (ours.includes(word)) return word;
    const place = locateModule(word, base);
    if (place === null) return null;
    if ([...adapters.buses, ...adapters.storages].includes(place.name)) {
      throw invalid(
        `${quote(word)}: a package called ${place.name}, as one of ours is; results could not tell them apart`,
      );
    }
    note(found, place);
    return place.name;
  };
  const system = third === undefined ? undefined : part(first, []);
  const busWord = third === undefined ? first : (second as string);
  const storageWord = third ?? second ?? first;
  const bus = part(busWord, adapters.buses);
  const storage = bus === null ? null : part(storageWord, adapters.storages);
  if (system === null || bus === null || storage === null) return null;
  const name = [
    ...(system === undefined ? [] : [system]),
    bus,
    ...(words.length === 1 ? [] : [storage]),
  ].join('+');
  return {
    name,
    bus,
    storage,
    ...(system !== undefined && { system }),
    ...(found.size > 0 && { modules: Object.fromEntries(found) }),
  };
}

function note(found: Map<string, string>, { name, path }: ModulePlace): void {
  const other = found.get(name);
  if (other !== undefined && other !== path) {
    throw invalid(`two modules are called ${name}: ${other} and ${path}; results could not tell them apart`);
  }
  found.set(name, path);
}

function unknown(name: string, adapters: AdapterNames): Error {
  const both = adapters.buses.filter((adapter) => adapters.storages.includes(adapter));
  const pairs = adapters.buses.flatMap((left) => adapters.storages.map((right) => `${left}+${right}`));
  return invalid(
    `unknown stack ${quote(name)}${didYouMean(name, [...both, ...pairs])} (allowed: ${both.join(', ')}, or BUS+STORAGE with bus ${adapters.buses.join(' or ')} and storage ${adapters.storages.join(' or ')}; either may be the path of a module, ./my-bus.ts, or an installed npm package)`,
  );
}
