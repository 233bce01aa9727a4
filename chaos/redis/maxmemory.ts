import type { FaultKind } from '../fault.ts';
import { askRedis, infoOf, redisOf, settingOf } from './ask.ts';

const policies = [
  'noeviction',
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'volatile-ttl',
] as const;

export const redisMaxmemory: FaultKind = {
  name: 'redis-maxmemory',
  meaning:
    'Redis may use no more memory than it uses now: writes are refused, or keys are evicted, by policy.',
  targets: ['server'],
  technology: 'redis',
  options: {
    policy: {
      type: 'choice',
      values: policies,
      default: 'noeviction',
      meaning: 'what it does when it is full',
    },
    headroom: {
      type: 'size',
      min: 0,
      max: 1e9,
      default: 0,
      meaning: 'what it may still use beyond what it uses now',
    },
  },
  prepare(target, { policy, headroom }) {
    const server = redisOf(target);
    let usual: readonly [memory: string, policy: string] | null = null;
    let limit = '';
    let evicted = 0;
    return {
      undo: [],
      inject: () =>
        askRedis(server, async (redis) => {
          usual = [await settingOf(redis, 'maxmemory'), await settingOf(redis, 'maxmemory-policy')];
          evicted = await infoOf(redis, 'stats', 'evicted_keys');
          limit = String((await infoOf(redis, 'memory', 'used_memory')) + (headroom as number));
          await redis.config('SET', 'maxmemory-policy', policy as string);
          await redis.config('SET', 'maxmemory', limit);
        }),
      async heal() {
        if (usual === null) return;
        const [memory, formerly] = usual;
        await askRedis(server, async (redis) => {
          await redis.config('SET', 'maxmemory', memory);
          await redis.config('SET', 'maxmemory-policy', formerly);
        });
      },
      inForce: () =>
        askRedis(server, async (redis) => {
          if (limit === '' || (await settingOf(redis, 'maxmemory')) !== limit) return false;
          if ((await infoOf(redis, 'stats', 'evicted_keys')) > evicted) return true;
          // A write that would need memory: it is gone at once where it is taken after all.
          return redis.set('testbed:probe', 'x', 'PX', 1).then(
            () => false,
            (error: Error) => error.message.startsWith('OOM'),
          );
        }),
      healed: () =>
        askRedis(server, async (redis) => (await settingOf(redis, 'maxmemory')) === (usual?.[0] ?? '0')),
    };
  },
};
