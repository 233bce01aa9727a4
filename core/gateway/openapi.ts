import type { Operation } from './operation.ts';
import { named, type Schema } from './schemas.ts';

/** What the document says of the service. */
export interface ServiceAbout {
  readonly version: string;
  /** Clients have to show a token. */
  readonly guarded: boolean;
}

/** The OpenAPI document of operations: made from the very schemas that let requests in and write the answers. */
export function openApiOf(operations: readonly Operation[], { version, guarded }: ServiceAbout): Schema {
  const paths: { [path: string]: { [method: string]: Schema } } = {};
  for (const operation of operations) {
    const path = operation.route.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation) };
  }
  const schemas = Object.fromEntries(
    Object.entries(named).map(([name, schema]) => [name, withReferences(schema, false)]),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'Testbed gateway',
      description:
        'Agents, swarms, events and messages of an orchestrator. Subscriptions go over the WebSocket at /ws.',
      version,
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas,
      ...(guarded && { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }),
    },
    ...(guarded && { security: [{ token: [] }] }),
  };
}

function describe({ name, what, path, query, body, bodyOptional, status, answer }: Operation): Schema {
  const content = (schema: Schema): Schema => ({ 'application/json': { schema: withReferences(schema) } });
  const parameters = [...parametersIn('path', path), ...parametersIn('query', query)];
  return {
    operationId: name,
    summary: what,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: bodyOptional !== true, content: content(body) } }),
    responses: {
      [status]: { description: 'done', content: content(answer) },
      default: { description: 'refused, or not done', content: content(named.Problem) },
    },
  };
}

function parametersIn(place: 'path' | 'query', schemas: Operation['query'] = {}): readonly Schema[] {
  return Object.entries(schemas).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: withReferences(schema),
  }));
}

const names = new Map<unknown, string>(Object.entries(named).map(([name, schema]) => [schema, name]));

/** The same schema, in which those with a name are referred to by it. */
function withReferences(schema: unknown, replaced = true): Schema {
  const name = replaced ? names.get(schema) : undefined;
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  return Object.fromEntries(Object.entries(schema as Schema).map(([key, value]) => [key, inner(value)]));
}

function inner(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inner);
  return typeof value === 'object' && value !== null ? withReferences(value) : value;
}
