import type { AnySchemaObject, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import indexSchema from './index.schema.json' with { type: 'json' };
import { lineAndColumn, offsetOf, pathText, type Step } from './json-position.ts';
import recordSchema from './record.schema.json' with { type: 'json' };
import { schemaVersion } from './record.ts';
import { RecordError } from './record-error.ts';

const schemas = {
  record: { schema: recordSchema, maxCharacters: 64 * 1024 * 1024 },
  index: { schema: indexSchema, maxCharacters: 32 * 1024 * 1024 },
} as const;

/** No document of ours comes near it, and whatever walks one afterwards may recurse. */
const maxDepth = 100;

export type DocumentKind = keyof typeof schemas;

const compiled = new Map<DocumentKind, ValidateFunction>();

/** Ajv is loaded with the first document that is read, so that who only writes never pays for it. */
async function validatorOf(kind: DocumentKind): Promise<ValidateFunction> {
  const known = compiled.get(kind);
  if (known !== undefined) return known;
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ allowUnionTypes: true, verbose: true });
  const validate = ajv.compile(schemas[kind].schema as AnySchemaObject);
  compiled.set(kind, validate);
  return validate;
}

/**
 * The document in `text` if it is what its schema says, otherwise a RecordError that names file, line, column and
 * field, what is wrong there and what is allowed. `path` is only for that message.
 */
export async function parseDocument(kind: DocumentKind, text: string, path: string): Promise<unknown> {
  const { maxCharacters } = schemas[kind];
  if (text.length > maxCharacters) {
    throw new RecordError(
      path,
      '',
      `too large: ${text.length} characters, at most ${maxCharacters} are read`,
    );
  }
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const document = parseJson(body, path);
  if (isDeeperThan(document, maxDepth))
    throw new RecordError(path, '', `nested deeper than ${maxDepth} levels`);
  refuseOtherVersion(document, body, path, kind);
  const validate = await validatorOf(kind);
  if (validate(document)) return document;
  const [error] = validate.errors as [ErrorObject];
  const { steps, message } = explain(error);
  throw errorAt(path, body, steps, message);
}

/** A RecordError about the value under `steps` of a document that parsed. */
export function errorAt(path: string, text: string, steps: readonly Step[], message: string): RecordError {
  return new RecordError(`${path}:${lineAndColumn(text, offsetOf(text, steps))}`, pathText(steps), message);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const detail = (cause as SyntaxError).message;
    const offset = /at position (\d+)/.exec(detail)?.[1];
    const truncated =
      offset === undefined ? text.trim() === '' || /end of JSON/.test(detail) : Number(offset) >= text.length;
    const place =
      offset === undefined && !truncated ? '' : `:${lineAndColumn(text, Number(offset ?? text.length))}`;
    const message = truncated
      ? 'ends in the middle: the file is truncated'
      : `not JSON: ${firstLine(detail)}`;
    throw new RecordError(`${path}${place}`, '', message, { cause });
  }
}

function firstLine(detail: string): string {
  return short(detail.replaceAll(/\s+/g, ' ').replace(/ at position \d+.*$/, ''), 200);
}

function refuseOtherVersion(document: unknown, text: string, path: string, kind: DocumentKind): void {
  if (typeof document !== 'object' || document === null || !Object.hasOwn(document, 'schemaVersion')) return;
  const version = (document as { schemaVersion: unknown }).schemaVersion;
  if (version === schemaVersion) return;
  const message = `this ${kind} has version ${shown(version)}, this testbed reads version ${schemaVersion}`;
  throw errorAt(path, text, ['schemaVersion'], message);
}

/** One sentence from what Ajv found first, and the value it is about. */
function explain(error: ErrorObject): { readonly steps: readonly Step[]; readonly message: string } {
  const steps = stepsOf(error.instancePath);
  const given = shown(error.data);
  switch (error.keyword) {
    case 'required':
      return { steps: [...steps, error.params['missingProperty']], message: 'is missing' };
    case 'additionalProperties': {
      const allowed = Object.keys((error.parentSchema?.['properties'] ?? {}) as object).join(', ');
      return {
        steps: [...steps, error.params['additionalProperty']],
        message: `unknown field (allowed: ${allowed})`,
      };
    }
    case 'propertyNames':
      return { steps: [...steps, error.params['propertyName']], message: 'not a name that is allowed here' };
    case 'enum':
      return { steps, message: `must be one of ${(error.schema as string[]).join(', ')}, not ${given}` };
    case 'type':
      return { steps, message: `must be ${[error.schema].flat().join(' or ')}, not ${given}` };
    case 'pattern': {
      if (error.propertyName !== undefined) {
        return { steps: [...steps, error.propertyName], message: 'not a name that is allowed here' };
      }
      const expected = error.parentSchema?.['description'] ?? `text like ${error.schema}`;
      return { steps, message: `must be: ${expected}; not ${given}` };
    }
    default:
      return { steps, message: `${error.message ?? error.keyword}, not ${given}` };
  }
}

function stepsOf(pointer: string): Step[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^(0|[1-9]\d*)$/.test(part) ? Number(part) : part));
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}

/** A value in an error message: a small one as it is, a large one by what it is. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return short(JSON.stringify(value) ?? 'nothing', 60);
}

function short(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
