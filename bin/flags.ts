import { didYouMean } from '../config/did-you-mean.ts';
import { TestbedError } from '../core/error.ts';
import type { Command, Flag, Flags } from './command.ts';

/** Reads a command's arguments. INVALID_CONFIG names the flag, what is wrong, and what is allowed. */
export function parseFlags({ name, flags, positional: bounds }: Command, argv: readonly string[]): Flags {
  const values = new Map<string, string[]>();
  const positional: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') positional.push(...rest.splice(0));
    else if (word === '') throw wrong(`an argument is empty; see testbed ${name} --help`);
    else if (!word.startsWith('-') || word === '-') positional.push(word);
    else readFlag(word, flags, rest, values);
  }
  if (positional.length < bounds.least) throw wrong(`an argument is missing; see testbed ${name} --help`);
  if (positional.length > bounds.most) {
    throw wrong(`unexpected argument "${positional[bounds.most]}"; see testbed ${name} --help`);
  }
  return {
    positional,
    has: (flag) => values.has(flag),
    text: (flag) => values.get(flag)?.at(-1),
    list: (flag) => values.get(flag) ?? [],
  };
}

function readFlag(word: string, flags: readonly Flag[], rest: string[], values: Map<string, string[]>): void {
  const [given = '', ...inline] = word.split('=');
  const flag = flags.find((known) => `--${known.name}` === given);
  if (flag === undefined) {
    const names = [...flags.map((known) => `--${known.name}`), '--help'];
    throw wrong(`unknown flag ${given}${didYouMean(given, names)} (allowed: ${names.join(', ')})`);
  }
  if (flag.value === null) {
    if (inline.length > 0) throw wrong(`${given} takes no value`);
    values.set(flag.name, ['']);
    return;
  }
  const value = inline.length > 0 ? inline.join('=') : rest.shift();
  if (value === undefined || value === '' || (inline.length === 0 && /^--[a-z]/.test(value))) {
    throw wrong(`${given} needs a value: ${given} ${flag.value}`);
  }
  // Blanks beside a comma are a matter of taste; anywhere else they are part of the value.
  const items = flag.list ? value.split(/\s*,\s*/) : [value];
  for (const item of items) {
    if (item === '') throw wrong(`${given} ${value}: an empty item in the list`);
    if (flag.allowed && !flag.allowed.includes(item)) {
      throw wrong(
        `${given} ${shown(item)}: unknown value${didYouMean(item, flag.allowed)} (allowed: ${flag.allowed.join(', ')})`,
      );
    }
  }
  if (flag.list) values.set(flag.name, [...(values.get(flag.name) ?? []), ...items]);
  else if (values.has(flag.name)) throw wrong(`${given} is given twice`);
  else values.set(flag.name, items);
}

/** A whole number of a flag, within bounds; `otherwise` when the flag was not given. */
export function wholeNumber(
  flags: Flags,
  name: string,
  least: number,
  most: number,
  otherwise: number,
): number {
  const text = flags.text(name);
  return text === undefined ? otherwise : parseWhole(`--${name}`, text, least, most);
}

/** The whole numbers of a flag that takes several, each within bounds and no two the same. */
export function wholeNumbers(flags: Flags, name: string, least: number, most: number): readonly number[] {
  const values = flags.list(name).map((text) => parseWhole(`--${name}`, text, least, most));
  const twice = values.find((value, at) => values.indexOf(value) < at);
  if (twice !== undefined) throw wrong(`--${name}: ${twice} is asked for twice`);
  return values;
}

function parseWhole(what: string, text: string, least: number, most: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw wrong(`${what} ${shown(text)}: not a whole number from ${least} to ${most}`);
}

/** A value in a message: in quotes where one could not see its ends. */
function shown(value: string): string {
  return /\s/.test(value) ? JSON.stringify(value) : value;
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
