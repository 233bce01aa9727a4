import { TestbedError } from '../error.ts';

/** What a gateway lets in. */
export interface GatewayLimits {
  /** Bytes of a request's body, and of one WebSocket message. */
  readonly bodyBytes: number;
  /** Connections at a time, WebSockets among them. */
  readonly connections: number;
  /** Requests a second of one address, and WebSocket messages of one connection, on average; twice as many in a burst. Null: no limit. */
  readonly requestsPerS: number | null;
  /** How long a client may take for the head of a request ... */
  readonly headMs: number;
  /** ... and for all of it. */
  readonly requestMs: number;
  /** Bytes that may wait for one WebSocket that does not keep up. */
  readonly queueBytes: number;
  /** Subscriptions of one WebSocket. */
  readonly subscriptions: number;
  /** How often a WebSocket is pinged; one that has not answered by the next is ended. */
  readonly pingMs: number;
}

/**
 * What happens when more than `queueBytes` wait for one WebSocket. `disconnect`: it is closed with 1013, and can resume from
 * the last offset that it was given. `drop`: what does not fit is left out, and it is told how much. `wait`: the bus
 * is held back, and everybody with it.
 */
export const slowPolicies = ['disconnect', 'drop', 'wait'] as const;
export type SlowPolicy = (typeof slowPolicies)[number];

export interface GatewayOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** What clients have to show, as `Authorization: Bearer TOKEN`. Required where other machines can connect. */
  readonly token?: string | null;
  readonly slow?: SlowPolicy;
  readonly limits?: Partial<GatewayLimits>;
}

export interface ResolvedGatewayOptions {
  readonly host: string;
  readonly port: number;
  readonly token: string | null;
  readonly slow: SlowPolicy;
  readonly limits: GatewayLimits;
}

export const gatewayLimits: GatewayLimits = {
  bodyBytes: 4 * 1024 * 1024,
  connections: 20_000,
  requestsPerS: null,
  headMs: 10_000,
  requestMs: 30_000,
  queueBytes: 4 * 1024 * 1024,
  subscriptions: 10_000,
  pingMs: 30_000,
};

const shortestToken = 16;

/** Fills in the defaults. Throws INVALID_CONFIG on what cannot be, or would let in anybody. */
export function resolveGatewayOptions(options: GatewayOptions): ResolvedGatewayOptions {
  const { host = '127.0.0.1', port = 0, token = null, slow = 'disconnect' } = options;
  const limits = { ...gatewayLimits, ...options.limits };
  for (const [name, value] of Object.entries(limits)) {
    if (value !== null && !(Number.isSafeInteger(value) && value >= 1))
      throw new TestbedError('INVALID_CONFIG', `limit ${name} is ${value}: not a whole number from 1`);
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new TestbedError('INVALID_CONFIG', `no port: ${port}`);
  if (!slowPolicies.includes(slow))
    throw new TestbedError('INVALID_CONFIG', `no policy: ${slow} (allowed: ${slowPolicies.join(', ')})`);
  if (token !== null && (token.length < shortestToken || !/^[\x21-\x7e]+$/.test(token)))
    throw new TestbedError(
      'INVALID_CONFIG',
      `the token is not ${shortestToken} characters or more of printable ASCII without spaces`,
    );
  if (token === null && !isLoopback(host))
    throw new TestbedError(
      'INVALID_CONFIG',
      `${host}: where other machines can connect a token is required (allowed without one: 127.0.0.1, ::1, localhost)`,
    );
  return { host, port, token, slow, limits };
}

/** Only this machine reaches it. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
