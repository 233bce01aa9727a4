import { TestbedError } from '../../core/error.ts';
import type { Address } from '../adapter.ts';

const protocols = ['postgres:', 'postgresql:'];

/** The address of a server. INVALID_CONFIG when there is none or it is not one of Postgres; it is not shown, as it may hold a password. */
export function checkAddress(address: Address | undefined): Address {
  if (address === undefined)
    throw new TestbedError('INVALID_CONFIG', 'postgres needs the address of a server');
  if (URL.canParse(address.url) && protocols.includes(new URL(address.url).protocol)) return address;
  throw new TestbedError(
    'INVALID_CONFIG',
    'this is no address of a Postgres server: it begins postgres://USER:PASSWORD@HOST:PORT/DATABASE',
  );
}

/** The address without its password, for people and records. */
export function redacted(url: string): string {
  if (!URL.canParse(url)) return '(an address that is no URL)';
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}
