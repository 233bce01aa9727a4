import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { messageOf, TestbedError } from '../../core/error.ts';
import { type Address, formatAddress } from './address.ts';

/**
 * Resolves, once `server` listens, to where it does: a port of 0 has become a real one. UNAVAILABLE when the port is taken,
 * INVALID_CONFIG when the address is not one of this machine.
 */
export async function listenOn(server: Server, { host, port }: Address): Promise<Address> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return { host, port: (server.address() as AddressInfo).port };
  } catch (cause) {
    throw cannotListen({ host, port }, cause);
  }
}

const notHere = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'];

function cannotListen(address: Address, cause: unknown): TestbedError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  const text = `cannot listen on ${formatAddress(address)}`;
  if (code === 'EADDRINUSE') return new TestbedError('UNAVAILABLE', `${text}: the port is in use`, { cause });
  return notHere.includes(code)
    ? new TestbedError('INVALID_CONFIG', `${text}: this machine has no such address`, { cause })
    : new TestbedError('UNAVAILABLE', `${text}: ${messageOf(cause)}`, { cause });
}
