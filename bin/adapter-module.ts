import { lstatSync } from 'node:fs';
import type { Adapter, BusAdapter, StorageAdapter, Traits } from '../adapters/adapter.ts';
import { locateModule } from '../config/module-place.ts';
import { messageOf, TestbedError } from '../core/error.ts';
import { syntaxPlaceOf } from './error-text.ts';
import { entryOf } from './modules/entry.ts';

/** An adapter that a module exports, and by which name. */
export type Exported =
  | { readonly kind: 'bus'; readonly name: string; readonly adapter: BusAdapter }
  | { readonly kind: 'storage'; readonly name: string; readonly adapter: StorageAdapter };

export interface AdapterModuleFile {
  readonly url: string;
  readonly adapters: readonly Exported[];
}

/** How long somebody's module may take to be imported. */
const importWithinMs = 10_000;

/** Loads somebody's module and finds the adapters it exports. INVALID_CONFIG says what is wrong with it. */
export async function loadAdapterModule(path: string): Promise<AdapterModuleFile> {
  const here = process.cwd();
  // What is there by that name is meant, and what it is, is to be said; else it may be a package.
  const place = locateModule(path, here) ?? (isThere(path) ? locateModule(`./${path}`, here) : null);
  if (place === null) throw wrong(path, 'no such file, and no installed package');
  const url = entryOf(place.path);
  const imported = await importModule(path, url);
  try {
    return { url, adapters: adaptersOf(path, imported) };
  } catch (cause) {
    if (cause instanceof TestbedError) throw cause;
    throw wrong(path, `looking at what it exports failed: ${messageOf(cause)}`, cause);
  }
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function adaptersOf(path: string, imported: Record<string, unknown>): readonly Exported[] {
  const exports = membersOf(imported);
  const candidates = Object.entries(exports).filter(([, value]) => isRecord(value) && 'open' in value);
  if (candidates.length === 0) {
    const names = Object.keys(exports);
    const found = names.length === 0 ? 'nothing' : names.join(', ');
    throw wrong(
      path,
      `exports no adapter, that is no object with name, traits and open (it exports: ${found})`,
    );
  }
  return candidates.map(([name, value]) => describeAdapter(path, name, value as Record<string, unknown>));
}

/** What a module exports. INVALID_CONFIG says why it cannot be imported, `path` being what a person calls it. */
export async function importModule(path: string, url: string): Promise<Record<string, unknown>> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(wrong(path, `importing it took more than ${importWithinMs / 1000} s`)),
    importWithinMs,
  );
  // A process in which nothing else is left to wait for need not wait for this.
  timer.unref();
  try {
    return await Promise.race([import(url) as Promise<Record<string, unknown>>, late]);
  } catch (cause) {
    if (cause instanceof TestbedError) throw cause;
    throw wrong(path, `importing it failed: ${messageOf(cause)}${syntaxPlaceOf(cause)}`, cause);
  } finally {
    clearTimeout(timer);
  }
}

/** The adapter that an export is; by its traits a bus or a storage. INVALID_CONFIG says what it lacks. */
export function describeAdapter(path: string, exported: string, value: Record<string, unknown>): Exported {
  const { name, traits, open, serve } = value;
  const lacking = (what: string): TestbedError => wrong(path, `export "${exported}" is no adapter: ${what}`);
  if (typeof name !== 'string' || name === '') throw lacking('name has to be a non-empty string');
  if (typeof open !== 'function') throw lacking('open has to be a function');
  if (serve !== undefined && typeof serve !== 'function')
    throw lacking('serve has to be a function or absent');
  if (!isRecord(traits)) throw lacking('traits has to be an object');
  checkTraits(traits, lacking);
  if ('order' in traits) {
    checkBusTraits(traits, lacking);
    return { kind: 'bus', name: exported, adapter: value as unknown as BusAdapter };
  }
  return {
    kind: 'storage',
    name: exported,
    adapter: value as unknown as Adapter<StorageAdapter> & StorageAdapter,
  };
}

export type Lacking = (what: string) => TestbedError;

export function checkTraits(
  traits: Record<string, unknown>,
  lacking: Lacking,
): asserts traits is Traits & Record<string, unknown> {
  const { durability, crossProcess, maxPayloadBytes } = traits;
  const levels =
    Array.isArray(durability) &&
    durability.length > 0 &&
    durability.every((level) => typeof level === 'string');
  if (!levels) throw lacking('traits.durability has to be a list of names, e.g. ["none"]');
  if (typeof crossProcess !== 'boolean') throw lacking('traits.crossProcess has to be true or false');
  if (typeof maxPayloadBytes !== 'number' || !(maxPayloadBytes > 0)) {
    throw lacking('traits.maxPayloadBytes has to be a number above 0');
  }
}

const busTraits: { readonly [trait: string]: readonly unknown[] } = {
  order: ['channel', 'key', 'none'],
  replay: ['none', 'window', 'all'],
  redelivers: [true, false],
  groups: [true, false],
};

export function checkBusTraits(traits: Record<string, unknown>, lacking: Lacking): void {
  for (const [trait, allowed] of Object.entries(busTraits)) {
    if (!allowed.includes(traits[trait]))
      throw lacking(`traits.${trait} has to be one of ${allowed.join(', ')}`);
  }
}

/** What a module exports by name, and what its default export holds, if that is no adapter itself. */
export function membersOf(exports: Record<string, unknown>): Record<string, unknown> {
  const { default: main, ...named } = exports;
  if (!isRecord(main)) return named;
  return 'open' in main ? { ...named, default: main } : { ...main, ...named };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(path: string, what: string, cause?: unknown): TestbedError {
  return new TestbedError('INVALID_CONFIG', `${path}: ${what}`, { cause });
}
