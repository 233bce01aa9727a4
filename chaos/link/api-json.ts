import { formatAddress } from './address.ts';
import { badBody, invalidStream, invalidToxicType, missing } from './api-error.ts';
import type { Directions } from './direction.ts';
import type { Relay } from './relay.ts';
import type { RelayInput } from './relays.ts';
import type { Toxic, ToxicInput } from './toxic.ts';
import { toxicKinds } from './toxics/table.ts';

/** A JSON object of a request, of which nothing is known yet. */
export interface Fields {
  readonly [name: string]: unknown;
}

/** Toxiproxy knows one direction a toxic; `both` is ours. */
const directions: { readonly [stream: string]: Directions } = {
  upstream: 'up',
  downstream: 'down',
  both: 'both',
};

export function proxyJson(relay: Relay): Fields {
  const { name, listen, upstream, isEnabled, toxics } = relay;
  return {
    name,
    listen: formatAddress(listen),
    upstream: formatAddress(upstream),
    enabled: isEnabled,
    toxics: toxics.map(toxicJson),
  };
}

export function toxicJson({ name, type, direction, toxicity, attributes }: Toxic): Fields {
  const stream = Object.keys(directions).find((key) => directions[key] === direction);
  return { attributes, name, type, stream, toxicity };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badBody((error as SyntaxError).message);
  }
}

export function fieldsOf(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw badBody('not a JSON object');
}

/** `place` says which of several: ` at proxy 2`. */
export function relayInput(fields: Fields, place = ''): RelayInput {
  const [name, listen, upstream] = ['name', 'listen', 'upstream'].map((field) => textOf(fields, field));
  const enabled = fields['enabled'] ?? true;
  if (!name) throw missing(`name${place}`);
  if (!upstream) throw missing(`upstream${place}`);
  if (typeof enabled !== 'boolean') throw badBody('enabled is not a boolean');
  return { name, upstream, enabled, ...(listen !== undefined && { listen }) };
}

export function toxicInput(fields: Fields): ToxicInput {
  const { toxicity = 1, attributes = {} } = fields;
  const [name, type = '', stream = 'downstream'] = ['name', 'type', 'stream'].map((field) =>
    textOf(fields, field),
  );
  const direction = Object.hasOwn(directions, stream) ? directions[stream] : undefined;
  if (direction === undefined) throw invalidStream();
  if (!toxicKinds.some((kind) => kind.name === type)) throw invalidToxicType();
  if (typeof toxicity !== 'number') throw badBody('toxicity is not a number');
  return { name: name || `${type}_${stream}`, type, direction, toxicity, attributes: fieldsOf(attributes) };
}

/** Undefined when it is not there. */
export function textOf(fields: Fields, field: string): string | undefined {
  const value = fields[field] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw badBody(`${field} is not a string`);
}
