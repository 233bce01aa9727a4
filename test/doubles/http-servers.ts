/** HTTP services that behave badly in one way each, on a free port of loopback. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Service {
  readonly url: string;
  /** Requests that have reached it. */
  readonly seen: () => number;
  close(): Promise<void>;
}

/** A service that does so with every request, numbered from 1. */
export async function serviceThat(
  answers: (request: IncomingMessage, response: ServerResponse, number: number) => void,
): Promise<Service> {
  const sockets = new Set<Socket>();
  let seen = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => answers(request, response, ++seen));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen: () => seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

export const answering = (status: number) =>
  serviceThat((_, response) => void response.writeHead(status).end('{}'));
export const closing = () => serviceThat((request) => void request.socket.end());
export const resetting = () => serviceThat((request) => void request.socket.resetAndDestroy());
export const silent = () => serviceThat(() => undefined);

/** Where nobody listens. */
export async function nowhere(): Promise<string> {
  const service = await silent();
  await service.close();
  return service.url;
}
