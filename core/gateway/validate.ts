import { Ajv, type ErrorObject } from 'ajv';
import { TestbedError } from '../error.ts';
import { object, type Schema } from './schemas.ts';

/** Throws INVALID_ARGUMENT, with the place and what is allowed, unless the value is as the schema says. May fill in defaults. */
export type Check = (value: unknown) => void;

const shared = { useDefaults: true, strict: false, ownProperties: true } as const;
/** A body means what it says. */
const exact = new Ajv(shared);
/** In a URL everything is text, and one of several looks like one. */
const fromText = new Ajv({ ...shared, coerceTypes: 'array' });

/** Of a JSON value as it came. */
export function checkOf(schema: Schema, what: string): Check {
  return compiled(exact, schema, what);
}

/** Of the parameters of a URL, which become what the schema says. */
export function checkText(
  properties: { readonly [name: string]: Schema },
  what: string,
  required: readonly string[] = [],
): Check {
  return compiled(fromText, object(properties, required), what);
}

function compiled(ajv: Ajv, schema: Schema, what: string): Check {
  const validate = ajv.compile(schema);
  return (value) => {
    if (!validate(value)) throw new TestbedError('INVALID_ARGUMENT', describe(what, validate.errors?.[0]));
  };
}

function describe(what: string, error: ErrorObject | undefined): string {
  if (error === undefined) return `${what} is not as it should be`;
  const place = `${what}${error.instancePath.replaceAll('/', '.')}`;
  const { additionalProperty, allowedValues } = error.params as {
    readonly additionalProperty?: string;
    readonly allowedValues?: readonly string[];
  };
  if (additionalProperty !== undefined)
    return `${place}: unknown property ${JSON.stringify(additionalProperty)}`;
  const allowed = allowedValues === undefined ? '' : `: ${allowedValues.join(', ')}`;
  return `${place} ${error.message ?? 'is wrong'}${allowed}`;
}

/** Deeper JSON than this would exhaust the stack of whoever writes it again. */
const deepest = 64;

/** Throws INVALID_ARGUMENT on what JSON text can hold and not every store or language: too deep, not a number, half a character. */
export function assertPlain(value: unknown, depth = 0): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TestbedError('INVALID_ARGUMENT', 'a string with half a character');
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TestbedError('INVALID_ARGUMENT', 'a number beyond all bounds');
  } else if (typeof value === 'object' && value !== null) {
    if (depth === deepest) throw new TestbedError('INVALID_ARGUMENT', `nested deeper than ${deepest}`);
    for (const [name, item] of Object.entries(value)) {
      assertPlain(name);
      assertPlain(item, depth + 1);
    }
  }
}
