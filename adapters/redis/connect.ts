import { type Clock, systemClock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { Address, Place } from '../adapter.ts';
import { Link } from './link.ts';
import type { Script } from './script.ts';
import { checkServer, readSettings } from './settings.ts';

/** A payload travels in one bulk string, and is in memory several times on its way. */
export const maxPayloadBytes = 64 * 1024 * 1024;

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
  another(scripts?: readonly Script[]): Promise<Link>;
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
  const another = (loaded: readonly Script[] = []): Promise<Link> =>
    Link.open(address.url, { scripts: loaded, answerWithinMs });
  const link = await another(scripts);
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
    return { link, another, facts, clock, answerWithinMs };
  } catch (error) {
    link.close();
    throw error;
  }
}
