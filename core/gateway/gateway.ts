import type { AddressInfo } from 'node:net';
import type { Bus } from '../bus.ts';
import type { Clock } from '../clock.ts';
import { messageOf, TestbedError } from '../error.ts';
import type { Orchestrator } from '../orchestrator.ts';
import { Admission } from './admission.ts';
import { GatewayCounts } from './counts.ts';
import { createHttp } from './http.ts';
import { operations } from './operations/table.ts';
import { watchOperations } from './operations/watch.ts';
import { type GatewayOptions, resolveGatewayOptions } from './options.ts';
import { Sockets } from './sockets/sockets.ts';

export interface GatewayParts {
  /** Stays the caller's: it outlives the gateway. */
  readonly orchestrator: Orchestrator;
  /** The bus of the stack: what WebSockets subscribe to, and so what is published through any gateway of that stack. */
  readonly bus: Bus;
  readonly clock: Clock;
  /** What the OpenAPI document says. */
  readonly version?: string;
  readonly options?: GatewayOptions;
  /** Told of errors that are our own fault. Default: nobody is. */
  readonly report?: (error: unknown, doing: string) => void;
}

/** An orchestrator as others reach it, over HTTP and WebSocket. */
export interface Gateway {
  readonly url: string;
  /**
   * Idempotent. Not ready any more, no new connections, WebSockets are told to go; resolves when what was under way has been
   * answered, or after `withinMs` has been cut off.
   */
  close(withinMs?: number): Promise<void>;
}

const closeWithinMs = 5000;

/** Resolves once it listens. INVALID_CONFIG for options that cannot be, UNAVAILABLE when the port is taken. */
export async function startGateway(parts: GatewayParts): Promise<Gateway> {
  const { orchestrator, clock, version = '0', report = () => {} } = parts;
  const options = resolveGatewayOptions(parts.options ?? {});
  const { host, port, token, limits } = options;
  const counts = new GatewayCounts();
  let draining = false;
  const shared = {
    orchestrator,
    operations: [...operations, ...watchOperations(clock, () => draining)],
    admission: new Admission(options, clock),
    counts,
    report,
  };
  const app = createHttp({ ...shared, limits, about: { version, guarded: token !== null } });
  const { server } = app;
  server.maxConnections = limits.connections;
  const sockets = new Sockets({ ...shared, server, bus: parts.bus, options, clock });
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await sockets.close(0);
    throw new TestbedError('UNAVAILABLE', `cannot listen on ${host}:${port}: ${messageOf(cause)}`, { cause });
  }
  let closed: Promise<void> | null = null;
  const close = async (withinMs: number): Promise<void> => {
    draining = true;
    const cancel = clock.after(withinMs, () => server.closeAllConnections());
    await Promise.all([app.close(), sockets.close(withinMs)]);
    cancel();
  };
  return {
    url: urlOf(server.address() as AddressInfo),
    close: (withinMs = closeWithinMs) => (closed ??= close(withinMs)),
  };
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
