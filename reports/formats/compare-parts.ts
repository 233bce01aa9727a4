import type { RunRecord } from '../record.ts';
import type { Comparison } from './compare-sheet.ts';
import { plainText } from './number-text.ts';

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

const headline: readonly string[] = ['batching', 'acknowledgement'];

/** Only what the records say: a part that states nothing is not guessed at. */
export function partsOf({ stacks }: Comparison): readonly PartDescription[] {
  return (['bus', 'storage'] as const).flatMap((part) => {
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

function factsOf(part: 'bus' | 'storage', { traits, environment }: RunRecord): readonly string[] {
  const said = environment[part];
  const stated = (what: string): string => {
    const fact = isObject(said) && Object.hasOwn(said, what) ? said[what] : undefined;
    return `${what}: ${fact === undefined ? 'not stated' : plainText(String(fact))}`;
  };
  const { durability, ...others } = traits[part];
  const levels = Array.isArray(durability) ? [`offers durability ${plainText(durability.join(', '))}`] : [];
  const ordered = [...Object.entries(others).map(([name, value]) => traitText(name, value)), ...levels];
  return [ordered.join(', '), ...headline.map(stated)];
}

/** `crossProcess: true` -> `cross process yes`, `maxPayloadBytes: 5e6` -> `max payload 5 MB`. */
function traitText(name: string, value: unknown): string {
  const words = name.replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  if (typeof value === 'boolean') return `${words} ${value ? 'yes' : 'no'}`;
  if (typeof value === 'number' && words.endsWith(' bytes'))
    return `${words.slice(0, -6)} ${sizeText(value)}`;
  return plainText(`${words} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
}

function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${Number((bytes / 1e9).toPrecision(3))} GB`;
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}
