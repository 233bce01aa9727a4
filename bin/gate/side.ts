import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { didYouMean } from '../../config/did-you-mean.ts';
import { resolveStack } from '../../config/stacks.ts';
import { messageOf, TestbedError } from '../../core/error.ts';
import type { AdapterOptions, Stack, StackOptions } from '../../scenarios/scenario.ts';
import type { Checkout } from './checkout.ts';

/** One of the two things that a gate holds against each other. */
export type Side =
  /** It is played: a stack, or that of the scenario (null), with options over the scenario's where it names some. */
  | {
      readonly kind: 'played';
      readonly text: string;
      readonly stack: Stack | null;
      readonly options: StackOptions | null;
    }
  /** It is checked out first: a module of a commit, from the folder where this is asked. */
  | { readonly kind: 'commit'; readonly text: string; readonly commit: string; readonly module: string }
  /** It was played, into this folder. */
  | { readonly kind: 'result'; readonly text: string; readonly folder: string };

export type PlayedSide = Extract<Side, { kind: 'played' }>;
export type CommitSide = Extract<Side, { kind: 'commit' }>;

const kinds: { readonly [kind: string]: (text: string, rest: string) => Side } = {
  stack: (text, name) => ({ kind: 'played', text, stack: resolveStack(name), options: null }),
  adapter: (text, path) => ({ kind: 'played', text, stack: resolveStack(asPath(path)), options: null }),
  commit: (text, rest) => {
    const [commit = '', ...path] = rest.split(':');
    return { kind: 'commit', text, commit, module: asPath(path.join(':') || '.') };
  },
  options: (text, file) => ({ kind: 'played', text, stack: null, options: readOptions(file) }),
  result: (text, folder) => ({ kind: 'result', text, folder }),
};

/** `KIND:WHAT` -> a side. INVALID_CONFIG names the flag and what is allowed. */
export function sideOf(flag: string, text: string): Side {
  const [, kind = '', rest = ''] = /^([^:]*):(.+)$/s.exec(text) ?? [];
  const read = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (read === undefined) {
    const known = Object.keys(kinds);
    const hint = kind === '' ? '' : didYouMean(kind, known);
    throw wrong(
      `${flag} ${text}: no side${hint} (allowed: stack:NAME, adapter:PATH, commit:SHA, options:FILE, result:DIR)`,
    );
  }
  try {
    return read(text, rest);
  } catch (error) {
    throw wrong(`${flag} ${text}: ${messageOf(error)}`, error);
  }
}

/** The module of a commit that lies in `folder`, as a stack; it is called by the commit it really is. */
export function sideIn(
  { text, module, commit }: CommitSide,
  { folder, sha }: Pick<Checkout, 'folder' | 'sha'>,
): PlayedSide {
  try {
    const stack = resolveStack(module, undefined, folder);
    const name = text.replace(`commit:${commit}`, `commit:${sha.slice(0, 12)}`);
    return { kind: 'played', text: name, stack, options: null };
  } catch (error) {
    throw wrong(`${text}: ${messageOf(error)}`, error);
  }
}

/** So that it can be nothing but a path, whatever it is called. */
function asPath(path: string): string {
  return /^[./]/.test(path) ? path : `./${path}`;
}

/** `bus` and `storage` as a scenario's `options` has them, without lists: a side is one thing. */
function readOptions(file: string): StackOptions {
  const document: unknown = parse(readFileSync(file, 'utf8'));
  if (!isMapping(document)) throw wrong('is no mapping of bus and storage to options');
  const stray = Object.keys(document).find((name) => name !== 'bus' && name !== 'storage');
  if (stray !== undefined) throw wrong(`${stray} is no part of a stack (allowed: bus, storage)`);
  const { bus = {}, storage = {} } = document;
  for (const part of [bus, storage]) if (!areOptions(part)) throw wrong('holds something that is no option');
  return { bus: bus as AdapterOptions, storage: storage as AdapterOptions };
}

/** Values by name, or by the name of an adapter. */
function areOptions(value: unknown): boolean {
  const isValue = (inner: unknown): boolean =>
    isPlain(inner) || (isMapping(inner) && Object.values(inner).every(isPlain));
  return isMapping(value) && Object.values(value).every(isValue);
}

const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

function isMapping(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(message: string, cause?: unknown): TestbedError {
  return new TestbedError('INVALID_CONFIG', message, { cause });
}
