import { didYouMean } from './did-you-mean.ts';
import { invalid, quote } from './invalid.ts';

/** Milliseconds in each unit of time. */
export const durationUnits = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Bytes in each unit of size: kB, KB, MB and GB are powers of 1000, KiB, MiB and GiB of 1024. */
export const sizeUnits = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
} as const;

/** Operations a second in one operation per unit. */
export const rateUnits = { '/s': 1, '/min': 1 / 60, '/h': 1 / 3600 } as const;

type Units = { readonly [unit: string]: number };

/** Operations a second, of each agent or of all together. */
export interface Rate {
  readonly perS: number;
  readonly perAgent: boolean;
}

/** From one multiplier to another; a constant one has both the same. */
export interface Ramp {
  readonly from: number;
  readonly to: number;
}

/** Whole numbers from `min` to `max`, both included. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** A number without sign or exponent, one space at most, and what follows it. */
const quantity = /^([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([^0-9. ].*)?$/;

/** `5s`, `250 ms` -> milliseconds. INVALID_CONFIG for anything else; a number alone is not a duration. */
export function parseDuration(text: string): number {
  return parseQuantity(text, 'a duration', durationUnits, '5s');
}

/** `1KiB`, `512 B` -> whole bytes. */
export function parseSize(text: string): number {
  const bytes = parseQuantity(text, 'a size', sizeUnits, '1KiB');
  if (!Number.isInteger(bytes)) throw invalid(`${quote(text)} is not a whole number of bytes`);
  return bytes;
}

/** `10/s per agent`, `600/min` -> operations a second. */
export function parseRate(text: string): Rate {
  const perAgent = / per agent$/.test(text);
  const plain = perAgent ? text.slice(0, -' per agent'.length) : text;
  return {
    perS: parseQuantity(plain.replace(/ ?\/ ?/, '/'), 'a rate', rateUnits, '10/s or 10/s per agent'),
    perAgent,
  };
}

/** `x2`, `x1..x4` -> the multipliers at the start and at the end. */
export function parseRamp(text: string): Ramp {
  const match = /^x([0-9]{1,15}(?:\.[0-9]{1,9})?)(?:\.\.x([0-9]{1,15}(?:\.[0-9]{1,9})?))?$/.exec(text);
  if (match === null) throw invalid(`${quote(text)} is not a multiplier (allowed: such as x2, or x1..x4)`);
  const from = Number(match[1]);
  return { from, to: match[2] === undefined ? from : Number(match[2]) };
}

/** `1..5` or a whole number -> a range. */
export function parseRange(value: string | number): Range {
  if (typeof value === 'number') return { min: value, max: value };
  const match = /^([0-9]{1,15})\.\.([0-9]{1,15})$/.exec(value);
  if (match === null)
    throw invalid(`${quote(value)} is not a range (allowed: a whole number, or such as 1..5)`);
  const range = { min: Number(match[1]), max: Number(match[2]) };
  if (range.min > range.max)
    throw invalid(`${value} runs backwards; did you mean "${range.max}..${range.min}"?`);
  return range;
}

/** `2..6s` or `5s` -> milliseconds from and to, both included. */
export function parseDurationRange(text: string): Range {
  const [, low, high, unit] = /^([0-9.]+?)(?:\.\.([0-9.]+))? ?([a-z]+)$/.exec(text) ?? [];
  if (low === undefined) return { min: parseDuration(text), max: parseDuration(text) };
  const range = { min: parseDuration(`${low}${unit}`), max: parseDuration(`${high ?? low}${unit}`) };
  if (range.min > range.max) throw invalid(`${text} runs backwards; did you mean "${high}..${low}${unit}"?`);
  return range;
}

/** `95 %`, `99.9%` -> percent, 0 to 100. */
export function parsePercent(text: string): number {
  const percent = parseQuantity(text, 'a percentage', { '%': 1 }, '95%');
  if (percent > 100) throw invalid(`${quote(text)} is more than 100 %`);
  return percent;
}

/** `1000` -> a whole number, 0 to 999,999,999,999,999. */
export function parseCount(text: string): number {
  if (!/^[0-9]{1,15}$/.test(text)) throw invalid(`${quote(text)} is not a whole number`);
  return Number(text);
}

/** A number with one of `units`, in the base unit. `such` is what the message shows as an example. */
export function parseQuantity(text: string, what: string, units: Units, such: string): number {
  const match = quantity.exec(text);
  const unit = match?.[2];
  if (match !== null && unit !== undefined && Object.hasOwn(units, unit)) {
    return exact(Number(match[1]) * (units[unit] as number));
  }
  const allowed = `(allowed: a number with ${listed(Object.keys(units))}, such as ${such})`;
  if (match === null) throw invalid(`${quote(text)} is not ${what} ${allowed}`);
  if (unit === undefined) throw invalid(`${quote(text)} has no unit ${allowed}`);
  throw invalid(
    `${quote(text)}: unknown unit ${quote(unit)}${nearUnit(unit, Object.keys(units))} ${allowed}`,
  );
}

/** Units are spelled out in more ways than their letters tell. */
const spelled: readonly (readonly [pattern: RegExp, unit: string])[] = [
  [/^(µs|μs|usecs?|micros?|microseconds?)$/i, 'us'],
  [/^(msecs?|millis?|milliseconds?)$/i, 'ms'],
  [/^(secs?|seconds?)$/i, 's'],
  [/^(mins?|minutes?)$/i, 'm'],
  [/^(hrs?|hours?)$/i, 'h'],
  [/^(\/|per )(s|secs?|seconds?)$/i, '/s'],
  [/^(\/|per )(m|mins?|minutes?)$/i, '/min'],
  [/^(\/|per )(h|hrs?|hours?)$/i, '/h'],
];

function nearUnit(unit: string, units: readonly string[]): string {
  const meant = spelled.find(([pattern, name]) => units.includes(name) && pattern.test(unit));
  return meant ? `; did you mean "${meant[1]}"?` : didYouMean(unit, units);
}

/** Drops the noise of binary fractions: 1.1 s is 1100 ms, not 1100.0000000000002. */
export function exact(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
