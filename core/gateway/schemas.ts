import { agentStatuses } from '../agent.ts';
import { eventTypes } from '../event.ts';
import { swarmStatuses, swarmStrategies } from '../swarm.ts';

/** A JSON Schema. One object says what is accepted, how an answer is written, and what the OpenAPI document tells of both. */
export type Schema = { readonly [keyword: string]: unknown };

interface ObjectSchema extends Schema {
  readonly properties: { readonly [name: string]: Schema };
}

/** An object with these properties and no others. */
export function object(
  properties: { readonly [name: string]: Schema },
  required: readonly string[] = [],
): ObjectSchema {
  return { type: 'object', additionalProperties: false, required, properties };
}

/** An answer: all of its properties are there. */
function record(properties: { readonly [name: string]: Schema }): ObjectSchema {
  return object(properties, Object.keys(properties));
}

export const text: Schema = { type: 'string' };
export const count: Schema = { type: 'integer', minimum: 0 };
const milliseconds: Schema = { type: 'number', description: 'milliseconds since the Unix epoch' };
const orNull = (schema: Schema): Schema => ({ ...schema, type: [schema['type'], 'null'] });

/** Whatever JSON can hold. */
export const json: Schema = { description: 'any JSON value' };
/** One word of a topic, as ids are. */
export const id: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\s.*#\\u0000-\\u001f]+$',
};
export const topic: Schema = { type: 'string', minLength: 1, maxLength: 512 };
export const swarmSize: Schema = { type: 'integer', minimum: 1, maximum: 10_000 };
const cursor: Schema = { type: 'string', minLength: 1, maxLength: 1000 };

/** How a listing is asked for. */
export const paging = {
  limit: { type: 'integer', minimum: 1, maximum: 10_000, default: 100 },
  after: cursor,
};

export function pageOf(items: Schema, more: { readonly [name: string]: Schema } = {}): Schema {
  const next = { ...text, description: 'where the next page begins; absent on the last one' };
  return object({ items: { type: 'array', items }, next, ...more }, ['items', ...Object.keys(more)]);
}

const agent = record({
  id: text,
  status: { type: 'string', enum: agentStatuses },
  version: count,
  swarmId: orNull(text),
  parentId: orNull(text),
  owner: orNull(text),
  attempt: count,
  createdAt: milliseconds,
  updatedAt: milliseconds,
  task: json,
  session: json,
  result: json,
  error: orNull(text),
});

const swarm = record({
  id: text,
  status: { type: 'string', enum: swarmStatuses },
  version: count,
  strategy: { type: 'string', enum: swarmStrategies },
  size: count,
  createdAt: milliseconds,
  updatedAt: milliseconds,
  task: json,
  result: json,
});

const message = record({
  key: text,
  type: text,
  swarmId: text,
  producer: count,
  sequence: count,
  at: milliseconds,
  sentAt: milliseconds,
  data: json,
});

const spawnRequest = object({ id, swarmId: orNull(id), parentId: orNull(id), task: json, session: json });

const swarmRequest = object(
  {
    id,
    strategy: { type: 'string', enum: swarmStrategies },
    size: swarmSize,
    task: json,
  },
  ['id', 'strategy', 'size'],
);

/** Of a client that counts what it sends; the node numbers what comes without one. */
const stamp = record({
  producer: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
  sequence: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
  at: milliseconds,
  sentAt: milliseconds,
});

const eventDraft = object(
  { type: { type: 'string', enum: eventTypes }, agentId: id, swarmId: id, data: json, stamp },
  ['type', 'agentId'],
);

const messageDraft = object(
  { topic, type: { type: 'string', minLength: 1, maxLength: 200 }, swarmId: id, data: json, stamp },
  ['topic', 'type'],
);

const problem = record({ error: record({ code: text, message: text }) });

/** What the OpenAPI document refers to by name. */
export const named = {
  Agent: agent,
  Swarm: swarm,
  Message: message,
  SpawnRequest: spawnRequest,
  SwarmRequest: swarmRequest,
  EventDraft: eventDraft,
  MessageDraft: messageDraft,
  Problem: problem,
} as const;
