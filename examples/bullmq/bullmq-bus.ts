import type { Redis } from 'ioredis';
import {
  type Clock,
  type Handler,
  type Message,
  type SubscribeOptions,
  type Subscription,
  TestbedError,
} from 'testbed';
import { translate } from './errors.ts';
import { Listener } from './listener.ts';
import { Outlet } from './outlet.ts';
import { removeQueue } from './remove-queue.ts';
import { Subscribers } from './subscribers.ts';

/** A payload is in memory several times on its way through a queue. */
export const maxPayloadBytes = 16 * 1024 * 1024;

export interface BullmqParts {
  readonly redis: Redis;
  readonly url: string;
  /** Of every key. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly leaseMs: number;
}

/** The bus on an open connection. */
export class BullmqBus {
  readonly #parts: BullmqParts;
  readonly #subscribers: Subscribers;
  readonly #outlets = new Map<string, Outlet>();
  readonly #listeners = new Set<Listener>();
  readonly #failed = (): void => {
    this.clientErrors++;
  };
  /** Errors that BullMQ met and tried again after. */
  clientErrors = 0;

  constructor(parts: BullmqParts) {
    const { redis, prefix, clock, leaseMs } = parts;
    this.#parts = parts;
    this.#subscribers = new Subscribers(redis, prefix, clock, leaseMs);
  }

  async publish(channel: string, messages: readonly Message[]): Promise<void> {
    for (const { data } of messages) checkPayload(data);
    if (messages.length === 0) return;
    let outlet = this.#outlets.get(channel);
    if (outlet === undefined) {
      outlet = new Outlet({ ...this.#parts, channel, subscribers: this.#subscribers, failed: this.#failed });
      this.#outlets.set(channel, outlet);
    }
    await outlet.publish(messages);
  }

  async subscribe(
    channel: string,
    { group, from = 'latest' }: SubscribeOptions,
    handler: Handler,
  ): Promise<Subscription> {
    if (group !== undefined) throw new TestbedError('UNSUPPORTED', 'bullmq bus: it has no consumer groups');
    if (typeof from === 'object')
      throw new TestbedError('OUT_OF_RANGE', 'bullmq bus: nothing is held that could be read again');
    const listener = new Listener({
      ...this.#parts,
      channel,
      handler,
      subscribers: this.#subscribers,
      failed: this.#failed,
    });
    this.#listeners.add(listener);
    try {
      await listener.open();
      await this.#clean(channel);
    } catch (error) {
      this.#listeners.delete(listener);
      await listener.abandon().catch(this.#failed);
      throw translate(error, 'subscribe');
    }
    return {
      close: async () => {
        await listener.close();
        this.#listeners.delete(listener);
      },
    };
  }

  /** Everything of it is gone afterwards, but handlers that still run are let go. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#listeners].map((listener) => listener.abandon()));
    await Promise.allSettled([...this.#outlets.values()].map((outlet) => outlet.close()));
  }

  /** Removes every key of this namespace. */
  async purge(): Promise<void> {
    const { redis, prefix } = this.#parts;
    const literal = prefix.replace(/[\\*?[\]]/g, '\\$&');
    for await (const keys of redis.scanStream({ match: `${literal}:*`, count: 1_000 })) {
      if (keys.length > 0) await redis.unlink(...(keys as string[]));
    }
  }

  /** Removes the queues of subscribers that have died: nobody else will. */
  async #clean(channel: string): Promise<void> {
    const { redis, prefix } = this.#parts;
    for (const name of await this.#subscribers.bury(channel)) await removeQueue(redis, prefix, name);
  }
}

/** Throws INVALID_ARGUMENT when the payload is too large. */
function checkPayload(data: Message['data']): void {
  const bytes = Buffer.byteLength(typeof data === 'string' ? data : JSON.stringify(data));
  if (bytes > maxPayloadBytes)
    throw new TestbedError(
      'INVALID_ARGUMENT',
      `a payload of ${bytes} bytes is too large: ${maxPayloadBytes} is the most`,
    );
}
