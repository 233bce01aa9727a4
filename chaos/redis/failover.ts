import { failover } from '../process/failover.ts';
import { askRedis, infoOf } from './ask.ts';

export const redisFailover = failover({
  name: 'redis-failover',
  meaning:
    'The primary is killed, its replica promoted, and all clients are led there; what it had not taken in is lost.',
  technology: 'redis',
  options: {
    min_replicas: {
      type: 'integer',
      min: 0,
      max: 1,
      default: 0,
      meaning: 'how many replicas the primary needs to take writes (min-replicas-to-write)',
    },
  },
  settings: (primary, { min_replicas }) =>
    askRedis(primary, async (redis) => {
      await redis.config('SET', 'min-replicas-to-write', String(min_replicas));
    }),
  isServedBy: (url, { pid }) =>
    askRedis({ address: { url } }, async (redis) => {
      const isIt = (await infoOf(redis, 'server', 'process_id')) === pid;
      return isIt && /^role:master/m.test(await redis.info('replication'));
    }).catch(() => false),
});
