import type { FaultKind } from '../fault.ts';
import { askRedis, redisOf } from './ask.ts';

export const redisTrim: FaultKind = {
  name: 'redis-trim',
  meaning: 'Somebody trims every stream, whoever has still to read it (XTRIM MAXLEN).',
  targets: ['server'],
  technology: 'redis',
  momentary: true,
  options: {
    keep: {
      type: 'integer',
      min: 0,
      max: 1_000_000,
      default: 0,
      meaning: 'entries of each stream that are left',
    },
  },
  prepare(target, { keep }) {
    const server = redisOf(target);
    /** The first entry of each stream, before. */
    const firsts = new Map<string, string>();
    return {
      undo: [],
      inject: () =>
        askRedis(server, async (redis) => {
          for await (const keys of redis.scanStream({ type: 'stream' })) {
            for (const key of keys as string[]) {
              const [entry] = await redis.xrange(key, '-', '+', 'COUNT', 1);
              if (entry !== undefined) firsts.set(key, entry[0]);
              await redis.xtrim(key, 'MAXLEN', keep as number);
            }
          }
        }),
      heal: async () => undefined,
      inForce: () =>
        askRedis(server, async (redis) => {
          for (const [key, first] of firsts) {
            if ((await redis.xrange(key, first, first)).length === 0) return true;
          }
          return false;
        }),
      // What is trimmed is gone: there is nothing that could still be there.
      healed: () => true,
    };
  },
};
