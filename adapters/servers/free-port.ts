import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { TestbedError } from '../../core/error.ts';

/** Both ends included. */
export interface PortRange {
  readonly low: number;
  readonly high: number;
}

const lowestPort = 10_000;
const highestPort = 65_535;
/** Fewer ports than this side by side are not worth searching. */
const enoughPorts = 1_000;
const tries = 200;

/**
 * Where servers of ours listen: outside the range that the kernel takes the near end of outgoing connections from,
 * or a client of anybody's could hold a server's port just when it restarts.
 */
export function serverPorts(ephemeral: PortRange): PortRange {
  if (ephemeral.low - lowestPort >= enoughPorts) return { low: lowestPort, high: ephemeral.low - 1 };
  if (highestPort - ephemeral.high >= enoughPorts) return { low: ephemeral.high + 1, high: highestPort };
  return { low: lowestPort, high: highestPort };
}

/** The kernel's range for outgoing connections, or the one that IANA names where the kernel does not say. */
export function ephemeralPorts(): PortRange {
  try {
    const [low, high] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1').trim().split(/\s+/);
    return { low: Number(low), high: Number(high) };
  } catch {
    // Not Linux.
    return { low: 49_152, high: 65_535 };
  }
}

let asked = 0;

/**
 * A loopback port that nobody listens on at this moment. Somebody may a moment later: whoever starts a server on it
 * must be ready to ask again, and is then given another. Processes start their search at different places.
 */
export async function freePort(): Promise<number> {
  const { low, high } = serverPorts(ephemeralPorts());
  const span = high - low + 1;
  for (let step = 0; step < tries; step++) {
    // A stride with no common factor with the span visits every port, far apart.
    const port = low + ((process.pid * 61 + asked++ * 7_919) % span);
    if (await isFree(port)) return port;
  }
  throw new TestbedError('UNAVAILABLE', `no free loopback port from ${low} to ${high} in ${tries} tries`);
}

/** Nobody listens on this loopback port: it can be bound. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
