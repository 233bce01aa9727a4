/** The HTTP API of Toxiproxy 2: whatever drives a Toxiproxy drives our links. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { messageOf } from '../../core/error.ts';
import { formatAddress } from './address.ts';
import { ApiError, apiErrorOf, badBody } from './api-error.ts';
import { type Answer, routes } from './api-routes.ts';
import { listenOn } from './listen.ts';
import type { Relays } from './relays.ts';

/** A body beyond this describes no toxics. */
const longestBody = 1_048_576;

export interface Api {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on `HOST:PORT` under the same rule as the links do. Rejects as `listenOn` does. */
export async function startApi(relays: Relays, listen: string): Promise<Api> {
  const server = createServer((request, response) => void serve(relays, request, response));
  const address = await listenOn(server, relays.listenAddress(listen));
  return {
    url: `http://${formatAddress(address)}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve(relays: Relays, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body } = await answer(relays, request);
  response.statusCode = status;
  if (body !== undefined) response.setHeader('Content-Type', 'application/json');
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function answer(relays: Relays, request: IncomingMessage): Promise<Answer> {
  try {
    // A page that somebody looks at must not drive links, whatever it makes the browser ask for.
    if (request.headers['user-agent']?.startsWith('Mozilla/'))
      throw new ApiError(403, 'User agent not allowed');
    const path = pathOf(request);
    const route = routes.find(({ method, pattern }) => method === request.method && fits(pattern, path));
    if (route === undefined) {
      const isKnown = routes.some(({ pattern }) => fits(pattern, path));
      throw isKnown ? new ApiError(405, 'method not allowed') : new ApiError(404, 'no such path');
    }
    return await route.handle(relays, path, await readBody(request));
  } catch (error) {
    const { status, message } = apiErrorOf(error);
    return { status, body: { error: message, status } };
  }
}

function pathOf({ url = '/' }: IncomingMessage): readonly string[] {
  try {
    return new URL(url, 'http://link').pathname.split('/').slice(1).map(decodeURIComponent);
  } catch (error) {
    throw badBody(`the path ${url}: ${messageOf(error)}`);
  }
}

function fits(pattern: readonly string[], path: readonly string[]): boolean {
  return (
    pattern.length === path.length && pattern.every((part, index) => part === '*' || part === path[index])
  );
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) throw new ApiError(413, 'bad request body: too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
