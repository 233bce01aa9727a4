import { isIPv6 } from 'node:net';
import { TestbedError } from '../../core/error.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

const loopback = '127.0.0.1';

/**
 * `HOST:PORT`, with brackets around an IPv6 host. Without a host, and for `localhost`, it is 127.0.0.1: nobody who
 * leaves the host out means the whole network. INVALID_CONFIG when it is no address; port 0 asks for a free one.
 */
export function parseAddress(text: string): Address {
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]|([^:[\]\s/]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = digits === '' ? Number.NaN : Number(digits);
  const isHost = bracketed === undefined || isIPv6(bracketed);
  if (!(port <= 65_535) || !isHost) {
    throw new TestbedError('INVALID_CONFIG', `"${text}" is no address: HOST:PORT, such as 127.0.0.1:6379`);
  }
  const host = bracketed ?? plain ?? '';
  return { host: host === '' || host === 'localhost' ? loopback : host, port };
}

export function formatAddress({ host, port }: Address): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Only this machine can reach it. A name is not looked up, and so is not known to be. */
export function isLoopback(host: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(host) || host === '::1';
}
