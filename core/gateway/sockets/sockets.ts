import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Bus } from '../../bus.ts';
import type { Clock } from '../../clock.ts';
import { EventRoutes } from '../../delivery/event-routes.ts';
import { TopicRoutes } from '../../delivery/topic-routes.ts';
import { eventChannel, messageChannel } from '../../event.ts';
import type { Orchestrator } from '../../orchestrator.ts';
import type { Admission } from '../admission.ts';
import { bindOperations } from '../bind.ts';
import type { GatewayCounts } from '../counts.ts';
import type { Operation } from '../operation.ts';
import type { ResolvedGatewayOptions } from '../options.ts';
import { type Refusal, refusal } from '../problems.ts';
import { RateLimit } from '../rate-limit.ts';
import { Feed } from './feed.ts';
import { Session, type SessionParts } from './session.ts';

export interface SocketsParts {
  readonly server: Server;
  readonly orchestrator: Orchestrator;
  readonly bus: Bus;
  readonly operations: readonly Operation[];
  readonly admission: Admission;
  readonly counts: GatewayCounts;
  readonly options: ResolvedGatewayOptions;
  readonly clock: Clock;
  readonly report: (error: unknown, doing: string) => void;
}

const path = '/ws';
/** The server is going away. */
const goingAway = 1001;

/** The WebSockets of a gateway, on the port of its HTTP server. */
export class Sockets {
  readonly #parts: SocketsParts;
  readonly #shared: SessionParts;
  readonly #upgrades: WebSocketServer;
  readonly #sessions = new Set<Session>();
  #named = 0;
  #cancelPing: () => void;
  #closing = false;

  constructor(parts: SocketsParts) {
    this.#parts = parts;
    const { server, orchestrator, operations, options, counts, clock, report } = parts;
    const { limits, slow } = options;
    this.#shared = {
      operations: new Map(
        bindOperations(operations, orchestrator).map((bound) => [bound.operation.name, bound]),
      ),
      ...createFeeds(parts),
      limits,
      slow,
      rate: limits.requestsPerS === null ? null : new RateLimit(limits.requestsPerS, clock),
      counts,
      report,
    };
    this.#upgrades = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.bodyBytes,
    });
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#cancelPing = this.#pingLater();
  }

  /** Tells each to go; resolves when all have, or after `withinMs` have been cut off. */
  async close(withinMs: number): Promise<void> {
    const { clock } = this.#parts;
    this.#closing = true;
    this.#cancelPing();
    for (const session of this.#sessions) session.dismiss(goingAway, 'the gateway is being stopped');
    const untilMs = clock.now() + withinMs;
    while (this.#sessions.size > 0 && clock.now() < untilMs) await clock.sleep(Math.min(20, withinMs));
    for (const session of this.#sessions) session.end();
    await Promise.all([this.#shared.events.close(), this.#shared.messages.close()]);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refused = this.#closing
      ? refusal(503, 'CLOSED', 'the gateway is being stopped')
      : this.#refuse(request);
    if (refused !== null) answerAndEnd(socket, refused);
    else this.#upgrades.handleUpgrade(request, socket, head, (ready) => this.#welcome(ready));
  }

  #refuse(request: IncomingMessage): Refusal | null {
    const refused = this.#parts.admission.refuse(request);
    if (refused !== null) return refused;
    const asked = (request.url ?? '').split('?')[0];
    return asked === path ? null : refusal(404, 'NOT_FOUND', `no WebSocket at ${asked}; it is at ${path}`);
  }

  #welcome(socket: WebSocket): void {
    const { counts } = this.#parts;
    const session = new Session(socket, String(++this.#named), this.#shared);
    this.#sessions.add(session);
    counts.sockets++;
    socket.on('message', (data: RawData) => void session.receive(data as Buffer));
    socket.on('pong', () => {
      session.isAlive = true;
    });
    // What was wrong is said by the close that follows.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sessions.delete(session);
      counts.sockets--;
      session.left();
    });
  }

  #pingLater(): () => void {
    const { clock, options } = this.#parts;
    return clock.after(options.limits.pingMs, () => {
      for (const session of this.#sessions) {
        if (session.isAlive) session.ping();
        else session.end();
      }
      this.#cancelPing = this.#pingLater();
    });
  }
}

function createFeeds({ bus, report }: SocketsParts): Pick<SessionParts, 'events' | 'messages'> {
  let named = 0;
  const common = { bus, nextId: () => ++named, report };
  return {
    events: new Feed({
      ...common,
      channel: eventChannel,
      createRoutes: () => new EventRoutes((error) => report(error, 'asking a filter')),
    }),
    messages: new Feed({ ...common, channel: messageChannel, createRoutes: () => new TopicRoutes() }),
  };
}

/** A client that wanted a WebSocket and gets an answer of HTTP. */
function answerAndEnd(socket: Duplex, { status, body }: Refusal): void {
  const text = JSON.stringify(body);
  socket.on('error', () => {});
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}
