import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, TestbedError } from '../../core/error.ts';
import { livePage, policy } from './page.ts';

/** Nobody else than this machine can connect. */
const host = '127.0.0.1';

/** Shows frames to whoever has the page open. */
export interface LiveServer {
  readonly url: string;
  /** Somebody looks on. */
  readonly isWatched: boolean;
  /** To everybody who looks on, and to whoever comes before the next one. */
  show(frame: unknown): void;
  /** Tells them that it is over, and is gone. */
  close(): Promise<void>;
}

/**
 * Serves the page and its frames on loopback, to GET and HEAD alone; port 0 is a free one. UNAVAILABLE when the port is in use.
 * `current`: the frame for somebody who has just come.
 */
export async function serveLive(port: number, title: string, current: () => unknown): Promise<LiveServer> {
  const watching = new Set<ServerResponse>();
  const page = livePage(title);
  const server = createServer((request, response) => {
    if (!isOurs(request)) answer(response, 403, 'text/plain', 'this page is for this machine alone\n');
    else if (request.method !== 'GET' && request.method !== 'HEAD')
      answer(response, 405, 'text/plain', 'there is nothing here but to look at\n', { Allow: 'GET, HEAD' });
    else if (request.url === '/') answer(response, 200, 'text/html; charset=utf-8', page);
    else if (request.url === '/events' && request.method === 'GET') {
      response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream' });
      response.write(eventOf(current()));
      watching.add(response);
      response.on('close', () => watching.delete(response));
    } else answer(response, 404, 'text/plain', 'there is nothing here\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new TestbedError('UNAVAILABLE', `--live: ${messageOf(error)}`, { cause: error })),
    );
    server.listen(port, host, resolve);
  });
  // A page that is left open is no reason to stay.
  server.unref();
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/`,
    get isWatched() {
      return watching.size > 0;
    },
    show(frame) {
      const event = eventOf(frame);
      // Who does not keep up gets a later frame instead.
      for (const each of watching) if (!each.writableNeedDrain) each.write(event);
    },
    async close() {
      for (const each of watching) each.end('event: end\ndata:\n\n');
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 200).unref();
      });
    },
  };
}

const headers = {
  'Content-Security-Policy': policy,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** A page of somebody else's, whose name has been made to lead here, still says its own name. */
function isOurs({ headers: { host: name, origin }, socket }: IncomingMessage): boolean {
  const ours = [`${host}:${socket.localPort}`, `localhost:${socket.localPort}`];
  return (
    ours.includes(name ?? '') && (origin === undefined || ours.some((each) => origin === `http://${each}`))
  );
}

function answer(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  more: { readonly [name: string]: string } = {},
): void {
  response.writeHead(status, { ...headers, ...more, 'Content-Type': type });
  response.end(text);
}

const eventOf = (frame: unknown): string => `data: ${JSON.stringify(frame)}\n\n`;
