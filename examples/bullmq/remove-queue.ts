import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';

/** Removes a queue with everything in it. */
export async function removeQueue(redis: Redis, prefix: string, name: string): Promise<void> {
  const queue = new Queue(name, { connection: redis, prefix, skipVersionCheck: true, skipMetasUpdate: true });
  queue.on('error', () => undefined); // The call that it concerns rejects.
  await queue.obliterate({ force: true });
  await queue.close();
}
