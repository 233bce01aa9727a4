import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv';
import type { DataValidateFunction } from 'ajv/dist/types/index.js';
import { messageOf } from '../core/error.ts';
import { packageRoot } from './package-root.ts';
import {
  durationUnits,
  parseDuration,
  parseDurationRange,
  parseQuantity,
  parseRamp,
  parseRange,
  parseRate,
  parseSize,
} from './units.ts';

type Text = string | number;
type Measure = (value: Text) => readonly number[];

/** What a value written with a unit comes to, as numbers that bounds can be held against. */
const measures: { readonly [unit: string]: Measure } = {
  duration: (value) => [parseDuration(String(value))],
  durationOrForever: (value) =>
    value === 'forever' ? [] : [parseQuantity(String(value), 'a duration', durationUnits, '5s or forever')],
  size: (value) => [parseSize(String(value))],
  rate: (value) => [parseRate(String(value)).perS],
  ramp: (value) => Object.values(parseRamp(String(value))),
  durationRange: (value) => Object.values(parseDurationRange(String(value))),
  range: (value) => Object.values(parseRange(value)),
};

/** The schema as it ships. */
export function readSchema(): { readonly [keyword: string]: unknown } {
  return JSON.parse(readFileSync(join(packageRoot, 'config', 'scenario.schema.json'), 'utf8'));
}

let validate: ValidateFunction | undefined;

/**
 * Holds a plain document against the schema and fills in its defaults. Returns what is wrong, which is nothing when the
 * document is a `ScenarioFile`. The schema is compiled at the first call.
 */
export function validateScenario(document: unknown): readonly ErrorObject[] {
  validate ??= compile();
  return validate(document) ? [] : (validate.errors ?? []);
}

function compile(): ValidateFunction {
  const ajv = new Ajv({
    strict: true,
    allErrors: true,
    // Messages are made from the schema's titles, and show the value.
    verbose: true,
    allowUnionTypes: true,
    useDefaults: true,
    // Compiling takes most of the time of a load; these halve it. A test holds the schema against its own schema.
    validateSchema: false,
    inlineRefs: false,
    code: { optimize: false },
  });
  ajv.addKeyword({ keyword: 'x-unit', schemaType: 'string', errors: true, compile: unitCheck });
  ajv.addKeyword({ keyword: 'x-between', schemaType: 'array', errors: true, compile: betweenCheck });
  return ajv.compile(readSchema());
}

/** `x-unit`: the value can be read in that unit. Says what the unit's own parser says. */
function unitCheck(unit: string): DataValidateFunction {
  const measure = measures[unit] as Measure;
  const check: DataValidateFunction = (value: unknown) => {
    if (!isText(value)) return true;
    try {
      measure(value);
      return true;
    } catch (error) {
      check.errors = [{ keyword: 'x-unit', message: messageOf(error) }];
      return false;
    }
  };
  return check;
}

/** `x-between`: what the value, or each of a list, comes to lies between these two, which are written in the same unit. */
function betweenCheck([least, most]: readonly [Text, Text], schema: AnySchemaObject): DataValidateFunction {
  // Beside a $ref, the unit is what the definition is named after.
  const unit: string = schema['x-unit'] ?? schema['$ref'].replace(/^.*\/|OrList$/g, '');
  const measure = measures[unit] as Measure;
  const [low, high] = [least, most].map((bound) => measure(bound)[0] as number) as [number, number];
  const outside = (value: Text): boolean =>
    safely(measure, value).some((number) => !(number >= low && number <= high));
  const check: DataValidateFunction = (value: unknown) => {
    const wrong = [value].flat().filter(isText).find(outside);
    if (wrong === undefined) return true;
    check.errors = [{ keyword: 'x-between', message: `must be from ${least} to ${most} (got ${wrong})` }];
    return false;
  };
  return check;
}

/** Anything else is of the wrong type, which the schema says by itself. */
function isText(value: unknown): value is Text {
  return typeof value === 'string' || typeof value === 'number';
}

/** Nothing for a value that cannot be read: `x-unit` has said so. */
function safely(measure: Measure, value: Text): readonly number[] {
  try {
    return measure(value);
  } catch {
    return [];
  }
}
