import type { Socket } from 'node:net';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Orchestrator } from '../orchestrator.ts';
import type { Admission } from './admission.ts';
import { type BoundOperation, bindOperations } from './bind.ts';
import { readJson } from './body.ts';
import { type GatewayCounts, prometheusText } from './counts.ts';
import { openApiOf, type ServiceAbout } from './openapi.ts';
import type { Operation } from './operation.ts';
import type { GatewayLimits } from './options.ts';
import { type Problem, type Refusal, refusal, refusalOf } from './problems.ts';

export interface HttpParts {
  readonly orchestrator: Orchestrator;
  readonly operations: readonly Operation[];
  readonly admission: Admission;
  readonly counts: GatewayCounts;
  readonly limits: GatewayLimits;
  readonly about: ServiceAbout;
  /** Told of what is our own fault. */
  readonly report: (error: unknown, doing: string) => void;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What metrics call it. */
    readonly operation?: string;
  }
}

/** The HTTP side of a gateway, not listening yet. */
export function createHttp(parts: HttpParts): FastifyInstance {
  const { orchestrator, operations, counts, admission, limits, about, report } = parts;
  const answerError = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { status, body } = refusalOf(error);
    if (status === 500) report(error, `${request.method} ${request.routeOptions.url ?? request.url}`);
    return reply.code(status).send(body);
  };
  const app = fastify({
    ...bounds(limits),
    clientErrorHandler: answerGarbage,
    frameworkErrors: answerError,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_: unknown, body: Buffer) =>
    body.length === 0 ? undefined : readJson(body),
  );
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) =>
    send(reply, refusal(404, 'NOT_FOUND', `nothing at ${request.method} ${request.url.split('?')[0]}`)),
  );
  app.addHook('onRequest', (request, reply, next) => {
    const refused = admission.refuse(request.raw);
    if (refused === null) next();
    else send(reply, refused);
  });
  app.addHook('onResponse', (request, reply, next) => {
    const { operation = 'none' } = request.routeOptions.config;
    counts.answered(operation, reply.statusCode, reply.elapsedTime);
    next();
  });
  for (const bound of bindOperations(operations, orchestrator)) addRoute(app, bound);
  const document = JSON.stringify(openApiOf(operations, about));
  app.get('/openapi.json', { config: { operation: 'openapi' } }, (_, reply) =>
    reply.type('application/json; charset=utf-8').send(document),
  );
  app.get('/metrics', { config: { operation: 'metrics' } }, (_, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(prometheusText(counts, orchestrator)),
  );
  return app;
}

/** What it takes, and how long it waits for it: a client that is slow on purpose is cut off and holds up nobody. */
function bounds({ bodyBytes, headMs, requestMs }: GatewayLimits) {
  return {
    bodyLimit: bodyBytes,
    requestTimeout: requestMs,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 1000 },
    http: {
      headersTimeout: headMs,
      connectionsCheckingInterval: Math.max(100, Math.min(headMs, requestMs) / 4),
    },
  } as const;
}

function addRoute(app: FastifyInstance, { operation, call }: BoundOperation): void {
  const { name, method, route, status, answer } = operation;
  app.route({
    method,
    url: route,
    config: { operation: name },
    schema: { response: { [status]: answer } },
    handler: async ({ params, query, body }, reply) => {
      const found = await call({ path: params as object, query: query as object, body });
      return reply.code(status).send(found);
    },
  });
}

function send(reply: FastifyReply, { status, body }: Refusal): FastifyReply {
  return reply.code(status).send(body);
}

/** What is no HTTP, or came too slowly: said once more, and the connection ends. */
function answerGarbage(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, words] = garbage[error.code ?? ''] ?? ['400 Bad Request', 'this is not HTTP'];
  const body: Problem = { error: { code: 'INVALID_ARGUMENT', message: words } };
  const text = JSON.stringify(body);
  if (socket.writable)
    socket.write(
      `HTTP/1.1 ${status}\r\nContent-Length: ${text.length}\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${text}`,
    );
  socket.destroySoon();
}

const garbage: { readonly [code: string]: readonly [status: string, words: string] } = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request took too long to come in'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the head of the request is too large'],
};
