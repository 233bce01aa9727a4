import type { Redis } from 'ioredis';
import type { ServerTarget, Target } from '../target.ts';

/** Asks a Redis over a connection that is there for this alone. */
export async function askRedis<T>(
  { address }: Pick<ServerTarget, 'address'>,
  ask: (redis: Redis) => Promise<T>,
): Promise<T> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(address.url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // What it has to say it says to whoever waits for an answer.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}

/** A setting as the server has it now. */
export async function settingOf(redis: Redis, name: string): Promise<string> {
  const [, value = ''] = (await redis.config('GET', name)) as string[];
  return value;
}

/** A number of `INFO`. */
export async function infoOf(redis: Redis, section: string, name: string): Promise<number> {
  const text = await redis.info(section);
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
}

export function redisOf(target: Target): ServerTarget {
  if (target.kind === 'server' && target.technology === 'redis') return target.server;
  throw new TypeError(`a fault of Redis was given ${target.kind}`);
}
