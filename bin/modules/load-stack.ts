import { relative } from 'node:path';
import type { Adapter, BusAdapter, StorageAdapter } from '../../adapters/adapter.ts';
import { memoryBus, memoryStorage } from '../../adapters/memory/index.ts';
import { loadBus, loadStorage } from '../../adapters/table.ts';
import { TestbedError } from '../../core/error.ts';
import type { Stack } from '../../scenarios/scenario.ts';
import type { CreateSystem, SystemTraits } from '../../scenarios/system.ts';
import { assemble } from '../assemble.ts';
import { guardAdapter, guardSystem } from './guard.ts';
import { loadStackModule, type StackModule } from './stack-module.ts';

/** A stack with its parts in hand. */
export interface LoadedStack {
  readonly bus: BusAdapter;
  readonly storage: StorageAdapter;
  readonly assemble: CreateSystem;
  /** The system keeps its agents itself. */
  readonly ownStorage: boolean;
  /** What was imported for parts that are modules, by their names. */
  readonly modules: ReadonlyMap<string, StackModule>;
}

/**
 * Loads the parts of a stack; those that are modules, only in a process started with `moduleArgv`. A module that brings a
 * bus alone, or a storage alone, has memory beside it unless the stack says otherwise. INVALID_CONFIG for a module that
 * does not bring what it is named for.
 */
export async function loadStack(stack: Stack): Promise<LoadedStack> {
  const modules = new Map<string, StackModule>();
  for (const [name, path] of Object.entries(stack.modules ?? {})) {
    modules.set(name, await loadStackModule(path, shownAs(path)));
  }
  const system = systemOf(stack, modules);
  const bus = await busOf(stack, modules);
  const storage = await storageOf(stack, modules);
  if (system === null) return { bus, storage, assemble, ownStorage: false, modules };
  const { name, create, traits } = system;
  return {
    bus: traits.bus === undefined ? bus : { ...ownPart(stack, name, 'bus', memoryBus), traits: traits.bus },
    storage:
      traits.storage === undefined
        ? storage
        : { ...ownPart(stack, name, 'storage', memoryStorage), traits: traits.storage },
    assemble: guardSystem(create, traits.storage !== undefined, shownAs(stack.modules?.[name] ?? name)),
    ownStorage: traits.storage !== undefined,
    modules,
  };
}

/** A path as a person in this folder would write it. */
export function shownAs(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : `./${near}`;
}

async function busOf({ bus, storage, modules: paths }: Stack, modules: ReadonlyMap<string, StackModule>) {
  const module = modules.get(bus);
  if (module === undefined) return loadBus(bus);
  const shown = shownAs(paths?.[bus] as string);
  if (module.bus !== null) return guardAdapter(module.bus, 'bus', shown);
  if (bus === storage || module.system !== null) return memoryBus;
  throw lacking(shown, 'bus');
}

async function storageOf({ bus, storage, modules: paths }: Stack, modules: ReadonlyMap<string, StackModule>) {
  const module = modules.get(storage);
  if (module === undefined) return loadStorage(storage);
  const shown = shownAs(paths?.[storage] as string);
  if (module.storage !== null) return guardAdapter(module.storage, 'storage', shown);
  if (bus === storage || module.system !== null) return memoryStorage;
  throw lacking(shown, 'storage');
}

interface FoundSystem {
  readonly name: string;
  readonly create: CreateSystem;
  readonly traits: SystemTraits;
}

/** The system that a stack names, else the one that the module of its bus or of its storage brings; null: ours. */
function systemOf(stack: Stack, modules: ReadonlyMap<string, StackModule>): FoundSystem | null {
  const names = stack.system === undefined ? [...new Set([stack.bus, stack.storage])] : [stack.system];
  const found = names.flatMap((name) => {
    const system = modules.get(name)?.system ?? null;
    return system === null ? [] : [{ name, ...system }];
  });
  if (stack.system !== undefined && found.length === 0)
    throw lacking(shownAs(stack.modules?.[stack.system] ?? ''), 'system');
  const [first = null, second] = found;
  if (second === undefined) return first;
  throw new TestbedError(
    'INVALID_CONFIG',
    `${stack.name}: both modules bring a system; SYSTEM+BUS+STORAGE says which is meant`,
  );
}

/**
 * What stands where a system has its own: it must not have been asked for by another name, and what it would say of itself
 * is not true of what is used.
 */
function ownPart<Port, A extends Adapter<Port>>(
  { name, ...stack }: Stack,
  system: string,
  part: 'bus' | 'storage',
  memory: A,
): A {
  if (stack[part] === system) {
    return {
      ...memory,
      async open(place) {
        return { ...(await memory.open(place)), facts: { own: `the ${part} of ${system} itself` } };
      },
    };
  }
  throw new TestbedError(
    'INVALID_CONFIG',
    `${name}: ${system} has a ${part} of its own, as its systemTraits say: ${stack[part]} would not be used`,
  );
}

function lacking(shown: string, part: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', `${shown}: exports no ${part}, and the stack names it for one`);
}
