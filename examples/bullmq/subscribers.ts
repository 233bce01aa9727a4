import type { Redis } from 'ioredis';
import type { Clock } from 'testbed';

/**
 * Who listens to which channel, in Redis: BullMQ gives a job to one worker, so every subscriber has a queue of its
 * own, and publishers have to know them all. An entry holds until its subscriber has been silent for a lease.
 */
export class Subscribers {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #clock: Clock;
  readonly #leaseMs: number;
  /** Those of this process, by channel: they get everything, even while a restarted Redis knows nobody. */
  readonly #here = new Map<string, Set<string>>();

  constructor(redis: Redis, prefix: string, clock: Clock, leaseMs: number) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#clock = clock;
    this.#leaseMs = leaseMs;
  }

  /** Names of the queues to publish to. */
  async of(channel: string): Promise<readonly string[]> {
    const known = await this.#redis.zrangebyscore(this.#key(channel), this.#clock.now(), '+inf');
    return [...new Set([...known, ...(this.#here.get(channel) ?? [])])];
  }

  /** Resolves once every publish from now on finds the queue, to whether it was already there. */
  async enter(channel: string, queue: string): Promise<boolean> {
    const added = await this.#redis.zadd(this.#key(channel), this.#clock.now() + this.#leaseMs, queue);
    const here = this.#here.get(channel) ?? new Set();
    this.#here.set(channel, here.add(queue));
    return added === 0;
  }

  async leave(channel: string, queue: string): Promise<void> {
    this.#here.get(channel)?.delete(queue);
    await this.#redis.zrem(this.#key(channel), queue);
  }

  /** Takes out those whose lease has run out; resolves to the names of their queues. */
  async bury(channel: string): Promise<readonly string[]> {
    const key = this.#key(channel);
    const now = this.#clock.now();
    const dead = await this.#redis.zrangebyscore(key, '-inf', `(${now}`);
    // A subscriber that has come back meanwhile has a later score, and is not taken.
    if (dead.length > 0) await this.#redis.zremrangebyscore(key, '-inf', `(${now}`);
    return dead;
  }

  #key(channel: string): string {
    return `${this.#prefix}:subscribers:${channel}`;
  }
}
