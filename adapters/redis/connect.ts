import { type Clock, systemClock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { Address, Place } from '../adapter.ts';
import { Link, type LinkOptions } from './link.ts';
import type { Script } from './script.ts';
import { checkServer, readSettings } from './settings.ts';

/** What every adapter on Redis can be told about its connections. */
export const connectionOptions = {
  answerWithinMs: {
    default: 5_000,
    min: 50,
    max: 600_000,
    meaning:
      'a server that owes an answer and says nothing for this long is given up; what was asked is then unknown',
  },
} as const;

/** A server, reached and checked. */
export interface RedisConnection {
  readonly link: Link;
  /** Another connection to the same server. */
  another(options?: Pick<LinkOptions, 'prepare'>): Promise<Link>;
  readonly facts: { readonly [name: string]: string | number | boolean };
  readonly clock: Clock;
  readonly answerWithinMs: number;
}

/** Reaches the server and makes sure that it does what the place's durability says. */
export async function connect(
  what: string,
  { durability, clock = systemClock }: Place,
  address: Address | undefined,
  scripts: readonly Script[],
  answerWithinMs: number,
): Promise<RedisConnection> {
  if (address === undefined) {
    throw new TestbedError(
      'INVALID_CONFIG',
      `${what}: it needs the address of a server, one of ours or one given by URL`,
    );
  }
  const link = await Link.open(address.url, { scripts, answerWithinMs });
  try {
    const settings = await readSettings(link);
    checkServer(settings, durability);
    const { version, appendonly, appendfsync, maxmemory } = settings;
    const facts = {
      serverVersion: version,
      appendonly,
      appendfsync,
      maxmemory,
      maxmemoryPolicy: settings['maxmemory-policy'],
      client: 'ioredis',
    };
    return {
      link,
      another: (options) => Link.open(address.url, { ...options, answerWithinMs }),
      facts,
      clock,
      answerWithinMs,
    };
  } catch (error) {
    link.close();
    throw error;
  }
}
