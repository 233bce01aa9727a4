import { randomUUID } from 'node:crypto';
import type { Handler, SubscribeOptions, Subscription } from '../../../core/bus.ts';
import { TestbedError } from '../../../core/error.ts';
import type { Message } from '../../../core/message.ts';
import { type Batch, Pump, type Source } from '../../pump.ts';
import { maxPayloadBytes, type RedisConnection } from '../connect.ts';
import { purge } from '../purge.ts';
import { within } from '../within.ts';
import { GroupReader } from './group-reader.ts';
import { busPrefix, type ChannelNames, channelNames, groupNames } from './names.ts';
import { PlainReader } from './plain-reader.ts';
import { origin, type Positions, parseOffset } from './position.ts';
import { Publisher } from './publisher.ts';
import { Retention, type RetentionBounds } from './retention.ts';
import { attend, join, locate } from './scripts.ts';

export interface StreamBusSettings extends RetentionBounds {
  readonly partitions: number;
  readonly leaseMs: number;
}

const beatsPerLease = 4;
const longestBeatMs = 250;
const closeWithinMs = 2_000;

interface Channel {
  readonly names: ChannelNames;
  readonly publisher: Publisher;
  readonly retention: Retention;
}

type Reader = (PlainReader | GroupReader) & { stop(): void };

/** The bus on an open connection. */
export class StreamBus {
  readonly #connection: RedisConnection;
  readonly #namespace: string;
  readonly #settings: StreamBusSettings;
  readonly #channels = new Map<string, Channel>();
  readonly #readers = new Map<Reader, { abandon(): void }>();
  /** Messages that subscriptions here should have been given and that were cut before they could be. */
  missed = 0;

  private constructor(connection: RedisConnection, namespace: string, settings: StreamBusSettings) {
    this.#connection = connection;
    this.#namespace = namespace;
    this.#settings = settings;
  }

  /** INVALID_CONFIG when others use this namespace with another number of partitions. */
  static async open(
    connection: RedisConnection,
    namespace: string,
    settings: StreamBusSettings,
  ): Promise<StreamBus> {
    const { link } = connection;
    const key = `${busPrefix(namespace)}partitions`;
    const found = await link.call('write', 'SET', [key, settings.partitions, 'NX', 'GET']);
    if (found === null || Number(found) === settings.partitions)
      return new StreamBus(connection, namespace, settings);
    link.close();
    throw new TestbedError(
      'INVALID_CONFIG',
      `redis bus: option "partitions" is ${settings.partitions}, and namespace "${namespace}" is in use with ${found}`,
    );
  }

  async publish(channel: string, messages: readonly Message[]): Promise<void> {
    if (messages.length > 0) await this.#channel(channel).publisher.publish(messages);
  }

  async subscribe(channel: string, how: SubscribeOptions, handler: Handler): Promise<Subscription> {
    const { names } = this.#channel(channel);
    return how.group === undefined
      ? this.#subscribePlain(names, how, handler)
      : this.#subscribeGroup(names, how.group, how, handler);
  }

  async purge(): Promise<void> {
    await purge(this.#connection.link, busPrefix(this.#namespace));
  }

  /** Waits for what was sent, not for what cannot be answered; then every connection is gone. */
  async close(error: Error): Promise<void> {
    const { clock, link, answerWithinMs } = this.#connection;
    const channels = [...this.#channels.values()];
    for (const pump of this.#readers.values()) pump.abandon();
    for (const { retention } of channels) retention.stop();
    const ends = [...this.#readers.keys()].map((reader) => reader.end(null, false));
    const answers = channels.map(({ publisher }) => publisher.close(error));
    await within(clock, Math.min(closeWithinMs, answerWithinMs), Promise.allSettled([...answers, ...ends]));
    this.#readers.clear();
    link.close();
  }

  async #subscribePlain(
    names: ChannelNames,
    { from = 'latest' }: SubscribeOptions,
    handler: Handler,
  ): Promise<Subscription> {
    const { link, another, clock } = this.#connection;
    const positions = await this.#start(names, from);
    const id = randomUUID();
    const { leaseMs, bufferMessages } = this.#settings;
    const newest = (await link.run(
      'write',
      attend,
      [names.log, names.readers, names.read],
      [id, leaseMs, positions === 'latest' ? '' : positions.join(','), names.partitions],
    )) as string[];
    const intake = await another();
    const reader = new PlainReader({
      ...this.#shared(names),
      intake,
      id,
      from: positions === 'latest' ? newest : positions,
      fromOldest: from === 'earliest',
      tellEvery: Math.max(1, Math.floor(bufferMessages / 16)),
      wake: () => pump.wake(),
    });
    const pump = new Pump(reader, handler, clock);
    return this.#follow(reader, pump);
  }

  async #subscribeGroup(
    names: ChannelNames,
    group: string,
    { from = 'latest' }: SubscribeOptions,
    handler: Handler,
  ): Promise<Subscription> {
    const { link, another, clock } = this.#connection;
    const named = groupNames(names, group);
    const start = from === 'latest' ? [] : this.#positionsOf(names, from);
    const newest = await link.run('write', join, [names.log, ...names.streams], [named.group, ...start]);
    if (!Array.isArray(newest)) throw outOfRange(names);
    const intake = await another();
    const reader = new GroupReader({
      ...this.#shared(names),
      intake,
      groupNames: named,
      id: randomUUID(),
      from: newest as string[],
      wake: () => pump.wake(),
    });
    const pump = new Pump(reader, handler, clock);
    const subscription = this.#follow(reader, pump);
    await reader.renew();
    return subscription;
  }

  #shared(names: ChannelNames) {
    const { link, clock } = this.#connection;
    const { leaseMs } = this.#settings;
    return {
      link,
      names,
      clock,
      leaseMs,
      beatMs: Math.max(10, Math.min(longestBeatMs, Math.floor(leaseMs / beatsPerLease))),
      missed: (messages: number) => this.#miss(names, messages),
    };
  }

  #follow<B extends Batch>(reader: Reader & Source<B>, pump: Pump<B>): Subscription {
    this.#readers.set(reader, pump);
    pump.wake();
    return {
      close: async () => {
        await pump.close();
        this.#readers.delete(reader);
      },
    };
  }

  /** Where a plain subscription starts. OUT_OF_RANGE when it asks for what is no longer held. */
  async #start(
    names: ChannelNames,
    from: NonNullable<SubscribeOptions['from']>,
  ): Promise<Positions | 'latest'> {
    if (from === 'latest') return from;
    const positions = this.#positionsOf(names, from);
    if (from === 'earliest') return positions;
    const { link } = this.#connection;
    const isHeld = await link.run('read', locate, [names.log, ...names.streams], positions);
    if (isHeld !== 1) throw outOfRange(names);
    return positions;
  }

  #positionsOf(
    { partitions, streams }: ChannelNames,
    from: 'earliest' | { readonly after: string },
  ): Positions {
    return from === 'earliest' ? streams.map(() => origin) : parseOffset(from.after, partitions);
  }

  #miss({ channel }: ChannelNames, messages: number): void {
    if (this.missed === 0)
      process.emitWarning(
        `redis bus: ${messages} messages of channel "${channel}" were cut before a subscriber had read them`,
      );
    this.missed += messages;
  }

  #channel(name: string): Channel {
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      const { link, clock } = this.#connection;
      const names = channelNames(this.#namespace, name, this.#settings.partitions);
      const retention = new Retention(link, names, this.#settings, clock);
      channel = { names, retention, publisher: new Publisher(link, names, retention, maxPayloadBytes) };
      this.#channels.set(name, channel);
    }
    return channel;
  }
}

function outOfRange({ channel }: ChannelNames): TestbedError {
  return new TestbedError(
    'OUT_OF_RANGE',
    `redis bus: channel "${channel}" no longer holds what comes after that offset`,
  );
}
