import type { Redis } from 'ioredis';
import type { Handler, SubscribeOptions, Subscription } from '../../../core/bus.ts';
import { TestbedError } from '../../../core/error.ts';
import type { Message } from '../../../core/message.ts';
import { Pump } from '../../pump.ts';
import { Beat } from '../beat.ts';
import type { RedisConnection } from '../connect.ts';
import type { Link } from '../link.ts';
import { unpack } from '../pack.ts';
import { checkPayloads } from '../pack-size.ts';
import { Publisher } from './publisher.ts';
import { once, Queue } from './queue.ts';

/** How often an idle connection is asked whether it is still there. */
const pingEveryMs = 1_000;

interface Listener {
  readonly queue: Queue;
  readonly pump: Pump<{ readonly messages: readonly Message[]; readonly offset: string }>;
}

/** The bus on an open connection: one more connection takes everything that is pushed to anybody here. */
export class PubsubBus {
  readonly #connection: RedisConnection;
  readonly #prefix: string;
  readonly #bufferMessages: number;
  readonly #publishers = new Map<string, Publisher>();
  readonly #listeners = new Map<string, Set<Listener>>();
  #intake: Promise<Link> | undefined;
  #beat: Beat | undefined;
  #droppedBefore = 0;
  /** Messages whose handler failed. */
  failed = 0;

  constructor(connection: RedisConnection, namespace: string, bufferMessages: number) {
    this.#connection = connection;
    this.#prefix = `${namespace}:pubsub:`;
    this.#bufferMessages = bufferMessages;
  }

  /** Messages that came while a subscription's queue was full. */
  get dropped(): number {
    let dropped = this.#droppedBefore;
    for (const listeners of this.#listeners.values())
      for (const { queue } of listeners) dropped += queue.dropped;
    return dropped;
  }

  async publish(channel: string, messages: readonly Message[]): Promise<void> {
    checkPayloads(messages);
    if (messages.length === 0) return;
    let publisher = this.#publishers.get(channel);
    if (publisher === undefined) {
      publisher = new Publisher(this.#connection.link, this.#prefix + channel);
      this.#publishers.set(channel, publisher);
    }
    await publisher.publish(messages);
  }

  async subscribe(
    channel: string,
    { group, from = 'latest' }: SubscribeOptions,
    handler: Handler,
  ): Promise<Subscription> {
    if (group !== undefined) throw new TestbedError('UNSUPPORTED', 'redis-pubsub: it has no consumer groups');
    if (typeof from === 'object')
      throw new TestbedError('OUT_OF_RANGE', 'redis-pubsub: nothing is held that could be read again');
    const queue = new Queue(this.#bufferMessages);
    const counted = once(handler, (messages) => {
      this.failed += messages;
    });
    const listener = { queue, pump: new Pump(queue, counted, this.#connection.clock) };
    queue.wake = () => listener.pump.wake();
    await this.#listen(channel, listener);
    return {
      close: async () => {
        this.#droppedBefore += (await this.#leave(channel, listener)) ? queue.dropped : 0;
        await listener.pump.close();
      },
    };
  }

  close(): void {
    this.#beat?.stop();
    for (const listeners of this.#listeners.values()) for (const { pump } of listeners) pump.abandon();
    this.#connection.link.close();
    // One that is still being opened closes itself when it is done; one that failed to open is closed already.
    this.#intake?.then(
      (link) => link.close(),
      () => undefined,
    );
  }

  async #listen(channel: string, listener: Listener): Promise<void> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(listener);
    try {
      this.#intake ??= this.#openIntake();
      const intake = await this.#intake;
      // Asked for again by every subscription: the answer says that it stands.
      await intake.call('read', 'subscribe', [this.#prefix + channel]);
    } catch (error) {
      listeners.delete(listener);
      throw error;
    }
  }

  /** False when it had left already. */
  async #leave(channel: string, listener: Listener): Promise<boolean> {
    const listeners = this.#listeners.get(channel);
    const wasIn = listeners?.delete(listener) ?? false;
    if (wasIn && listeners?.size === 0) {
      this.#listeners.delete(channel);
      const intake = await this.#intake;
      if (intake?.isUp) await intake.call('read', 'unsubscribe', [this.#prefix + channel]);
    }
    return wasIn;
  }

  async #openIntake(): Promise<Link> {
    try {
      const link = await this.#connection.another({ prepare: (redis) => this.#restore(redis) });
      link.redis.on('messageBuffer', (channel: Buffer, text: Buffer) =>
        this.#deliver(channel.toString(), text),
      );
      this.#beat = new Beat(this.#connection.clock, pingEveryMs, async () => {
        await link.call('read', 'ping', []);
      });
      return link;
    } catch (error) {
      this.#intake = undefined;
      throw error;
    }
  }

  /** What was pushed while the connection was down is lost. */
  async #restore(redis: Redis): Promise<void> {
    const channels = [...this.#listeners.keys()].map((channel) => this.#prefix + channel);
    if (channels.length > 0) await redis.subscribe(...channels);
  }

  #deliver(channel: string, text: Buffer): void {
    const listeners = this.#listeners.get(channel.slice(this.#prefix.length));
    if (listeners === undefined) return;
    const messages = unpack(text.toString());
    for (const { queue } of listeners) queue.push(messages);
  }
}
