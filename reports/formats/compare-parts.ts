import type { RunRecord } from '../record.ts';
import type { Comparison } from './compare-sheet.ts';
import { plainText } from './number-text.ts';

const partNames = ['bus', 'storage'] as const;

/** What buses or storages say of themselves; stacks whose part says the same stand together. */
export interface PartDescription {
  readonly part: 'bus' | 'storage';
  readonly stacks: readonly string[];
  /** Short sentences: traits, batching, acknowledgement. */
  readonly facts: readonly string[];
}

/** Everything else that the parts of a stack said of themselves, as far as it was the same in all rounds. */
export function settingsOf({ sheet }: Comparison, stack: string, part: 'bus' | 'storage'): readonly string[] {
  const runs = sheet.columns.find((column) => column.stack === stack)?.runs ?? [];
  const said = runs.flatMap(({ record }) => {
    const facts = record?.environment[part];
    return isObject(facts) ? [facts] : [];
  });
  return Object.entries(said[0] ?? {})
    .filter(([name, value]) => !headline.includes(name) && said.every((facts) => facts[name] === value))
    .map(([name, value]) => plainText(`${name} ${String(value)}`));
}

/** What the head of a comparison says of every part beside its traits. */
export const headline: readonly string[] = ['batching', 'acknowledgement'];

/** Only what the records say: a part that states nothing is not guessed at. */
export function partsOf({ stacks }: Comparison): readonly PartDescription[] {
  return partNames.flatMap((part) => {
    const alike = new Map<string, { readonly stacks: string[]; readonly facts: readonly string[] }>();
    for (const { stack, sample } of stacks) {
      if (sample === null) continue;
      const facts = factsOf(part, sample);
      const key = JSON.stringify(facts);
      const known = alike.get(key) ?? { stacks: [], facts };
      known.stacks.push(plainText(stack));
      alike.set(key, known);
    }
    return [...alike.values()].map((description) => ({ part, ...description }));
  });
}

/** The traits of all buses or of all storages. */
export interface PartTraits {
  readonly part: 'bus' | 'storage';
  /** What all of them say. */
  readonly common: readonly string[];
  /** In what they differ, in the order of the stacks; empty where one left no record or does not say it. */
  readonly rows: readonly { readonly name: string; readonly values: readonly string[] }[];
}

/** What buses and storages can do. The levels of durability that they offer are in Markdown and in the records. */
export function traitsOf({ stacks }: Comparison): readonly PartTraits[] {
  return partNames.map((part) => {
    const names = stacks.flatMap(({ sample }) => Object.keys(sample?.traits[part] ?? {}));
    const rows = [...new Set(names)]
      .filter((name) => name !== 'durability')
      .map((name) => ({
        name: wordsOf(name),
        values: stacks.map(({ sample }) => traitValue(name, sample?.traits[part]?.[name])),
      }));
    const saidOf = (values: readonly string[]): readonly string[] =>
      [...new Set(values)].filter((value) => value !== '');
    return {
      part,
      common: rows.flatMap(({ name, values }) => {
        const [only, ...others] = saidOf(values);
        return only === undefined || others.length > 0 ? [] : [`${name} ${only}`];
      }),
      rows: rows.filter(({ values }) => saidOf(values).length > 1),
    };
  });
}

/** What parts say of how they write, once for all that say the same: `COMMIT returned (bus, storage of sqlite)`. */
export function sayingsOf({ stacks }: Comparison, what: string): readonly string[] {
  const said = new Map<string, Map<string, string[]>>();
  for (const part of partNames) {
    for (const { stack, sample } of stacks) {
      if (sample === null) continue;
      const words = stated(sample, part, what);
      const parts = said.get(words) ?? new Map<string, string[]>();
      parts.set(part, [...(parts.get(part) ?? []), plainText(stack)]);
      said.set(words, parts);
    }
  }
  return [...said].map(([words, parts]) => `${words} (${whose(parts)})`);
}

/** Parts of the same stacks stand together. */
function whose(parts: ReadonlyMap<string, readonly string[]>): string {
  const [bus, storage] = partNames.map((part) => parts.get(part)?.join(', '));
  if (bus !== undefined && bus === storage) return `bus, storage of ${bus}`;
  return [...parts].map(([part, stacks]) => `${part} of ${stacks.join(', ')}`).join('; ');
}

function stated({ environment }: RunRecord, part: 'bus' | 'storage', what: string): string {
  const said = environment[part];
  const fact = isObject(said) && Object.hasOwn(said, what) ? said[what] : undefined;
  return fact === undefined ? 'not stated' : plainText(String(fact));
}

function factsOf(part: 'bus' | 'storage', record: RunRecord): readonly string[] {
  const { durability, ...others } = record.traits[part];
  const levels = Array.isArray(durability) ? [`offers durability ${plainText(durability.join(', '))}`] : [];
  const ordered = Object.entries(others).map(
    ([name, value]) => `${wordsOf(name)} ${traitValue(name, value)}`,
  );
  return [
    [...ordered, ...levels].join(', '),
    ...headline.map((what) => `${what}: ${stated(record, part, what)}`),
  ];
}

/** `crossProcess` -> `cross process`, `maxPayloadBytes` -> `max payload`. */
function wordsOf(trait: string): string {
  const words = trait.replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return plainText(words.replace(/ bytes$/, ''));
}

/** `yes`, `537 MB`, `channel`; nothing where it is not said. */
function traitValue(name: string, value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number' && name.endsWith('Bytes')) return sizeText(value);
  return plainText(typeof value === 'string' ? value : JSON.stringify(value));
}

function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${Number((bytes / 1e9).toPrecision(3))} GB`;
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}
