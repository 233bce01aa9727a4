import type { BusAdapter, StorageAdapter } from '../../adapters/adapter.ts';
import { TestbedError } from '../../core/error.ts';
import type { CreateSystem, SystemTraits } from '../../scenarios/system.ts';
import {
  checkBusTraits,
  checkTraits,
  describeAdapter,
  type Exported,
  importModule,
  isRecord,
  membersOf,
} from '../adapter-module.ts';
import { entryOf } from './entry.ts';

/** What a module brings to a stack. */
export interface StackModule {
  /** What was imported. */
  readonly url: string;
  readonly bus: BusAdapter | null;
  readonly storage: StorageAdapter | null;
  readonly system: { readonly create: CreateSystem; readonly traits: SystemTraits } | null;
}

/**
 * Imports somebody's module and finds what it brings: its exports `bus`, `storage` and `system`, or members of its default
 * export that are called so; an adapter of another name, as long as there is one of its kind. INVALID_CONFIG, beginning
 * with `shown`, says what is wrong.
 */
export async function loadStackModule(path: string, shown: string): Promise<StackModule> {
  const url = entryOf(path);
  const members = membersOf(await importModule(shown, url));
  const adapters = Object.entries(members)
    .filter((entry): entry is [string, Record<string, unknown>] => isRecord(entry[1]))
    .filter(([name, value]) => 'open' in value || name === 'bus' || name === 'storage')
    .map(([name, value]) => describeAdapter(shown, name, value));
  const bus = onlyOne(shown, 'bus', adapters);
  const storage = onlyOne(shown, 'storage', adapters);
  const system = systemOf(shown, members);
  if (bus === null && storage === null && system === null) {
    const names = Object.keys(members).join(', ') || 'nothing';
    throw wrong(shown, `exports none of bus, storage and system (it exports: ${names})`);
  }
  return { url, bus: bus as BusAdapter | null, storage: storage as StorageAdapter | null, system };
}

function onlyOne(
  shown: string,
  kind: Exported['kind'],
  adapters: readonly Exported[],
): Exported['adapter'] | null {
  const named = adapters.find(({ name }) => name === kind);
  if (named !== undefined && named.kind !== kind) {
    throw wrong(
      shown,
      `export "${kind}" is a ${named.kind}: ${kind === 'bus' ? 'a bus has' : 'only a bus has'} traits.order`,
    );
  }
  const [first, ...more] = named === undefined ? adapters.filter((one) => one.kind === kind) : [named];
  if (more.length === 0) return first?.adapter ?? null;
  const names = [first, ...more].map((one) => one?.name).join(', ');
  throw wrong(shown, `exports several of the kind ${kind}: ${names}; call the one that is meant ${kind}`);
}

function systemOf(
  shown: string,
  { system, systemTraits = {} }: Record<string, unknown>,
): StackModule['system'] {
  if (system === undefined) return null;
  if (typeof system !== 'function')
    throw wrong(shown, 'export "system" has to be a function that takes SystemParts');
  const lacking = (what: string): TestbedError => wrong(shown, `export "systemTraits": ${what}`);
  if (!isRecord(systemTraits)) throw lacking('has to be an object');
  for (const side of ['bus', 'storage'] as const) {
    const traits = systemTraits[side];
    if (traits === undefined) continue;
    const lackingIn = (what: string): TestbedError => lacking(`${side}: ${what}`);
    if (!isRecord(traits)) throw lackingIn('has to be the traits of the one that it has itself, or absent');
    checkTraits(traits, lackingIn);
    if (side === 'bus') checkBusTraits(traits, lackingIn);
  }
  return { create: system as CreateSystem, traits: systemTraits as SystemTraits };
}

function wrong(shown: string, what: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', `${shown}: ${what}`);
}
