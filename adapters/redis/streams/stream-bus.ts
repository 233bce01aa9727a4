import { randomUUID } from 'node:crypto';
import type { From, Handler, SubscribeOptions, Subscription } from '../../../core/bus.ts';
import { TestbedError } from '../../../core/error.ts';
import type { Message } from '../../../core/message.ts';
import { type Batch, Pump, type Source } from '../../pump.ts';
import type { RedisConnection } from '../connect.ts';
import { purge } from '../purge.ts';
import { within } from '../within.ts';
import { GroupReader } from './group-reader.ts';
import { Intake } from './intake.ts';
import { busPrefix, type ChannelNames, channelNames, groupNames } from './names.ts';
import { PlainReader } from './plain-reader.ts';
import { origin, parseOffset } from './position.ts';
import { Publisher } from './publisher.ts';
import { Retention, type RetentionBounds } from './retention.ts';
import { enter, join } from './scripts/index.ts';

export interface StreamBusSettings extends RetentionBounds {
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
  #isClosed = false;
  /** Messages that subscriptions here should have been given and that were cut before they could be. */
  missed = 0;

  constructor(connection: RedisConnection, namespace: string, settings: StreamBusSettings) {
    this.#connection = connection;
    this.#namespace = namespace;
    this.#settings = settings;
  }

  async publish(channel: string, messages: readonly Message[]): Promise<void> {
    if (messages.length > 0) await this.#channel(channel).publisher.publish(messages);
  }

  async subscribe(
    channel: string,
    { group, from = 'latest' }: SubscribeOptions,
    handler: Handler,
  ): Promise<Subscription> {
    const { names } = this.#channel(channel);
    return group === undefined
      ? this.#subscribePlain(names, from, handler)
      : this.#subscribeGroup(names, group, from, handler);
  }

  async purge(): Promise<void> {
    await purge(this.#connection.link, busPrefix(this.#namespace));
  }

  /** Waits for what was sent, not for what cannot be answered; then every connection is gone. */
  async close(error: Error): Promise<void> {
    const { clock, link, answerWithinMs } = this.#connection;
    this.#isClosed = true;
    const channels = [...this.#channels.values()];
    for (const pump of this.#readers.values()) pump.abandon();
    for (const { retention } of channels) retention.stop();
    const ends = [...this.#readers.keys()].map((reader) => reader.end(null, false));
    const answers = channels.map(({ publisher }) => publisher.close(error));
    await within(clock, Math.min(closeWithinMs, answerWithinMs), Promise.allSettled([...answers, ...ends]));
    for (const { publisher } of channels) publisher.refuse(error);
    this.#readers.clear();
    link.close();
  }

  async #subscribePlain(names: ChannelNames, from: From, handler: Handler): Promise<Subscription> {
    const { link, clock } = this.#connection;
    const { leaseMs, bufferMessages } = this.#settings;
    const id = randomUUID();
    const place = placeOf(from);
    const intake = await this.#intake(names);
    const keys = [names.newest, names.stream, names.readers, names.read];
    const position = await orClose(intake, link.run('write', enter, keys, [id, leaseMs, place]));
    if (position === '') throw outOfRange(names, intake);
    const reader = new PlainReader({
      ...this.#shared(names),
      intake,
      id,
      from: String(position),
      tellEvery: Math.max(1, Math.floor(bufferMessages / 16)),
      wake: () => pump.wake(),
    });
    const pump = new Pump(reader, handler, clock);
    return this.#follow(reader, pump);
  }

  async #subscribeGroup(
    names: ChannelNames,
    group: string,
    from: From,
    handler: Handler,
  ): Promise<Subscription> {
    const { link, clock } = this.#connection;
    const { leaseMs } = this.#settings;
    const id = randomUUID();
    const named = groupNames(names, group);
    const place = placeOf(from);
    const intake = await this.#intake(names);
    const keys = [names.newest, names.stream, names.groups, named.position, named.members];
    const isIn = await orClose(intake, link.run('write', join, keys, [named.group, place, id, leaseMs]));
    if (isIn !== 1) throw outOfRange(names, intake);
    const reader = new GroupReader({
      ...this.#shared(names),
      intake,
      groupNames: named,
      id,
      wake: () => pump.wake(),
    });
    const pump = new Pump(reader, handler, clock);
    return this.#follow(reader, pump);
  }

  async #intake({ stream }: ChannelNames): Promise<Intake> {
    const { another, answerWithinMs } = this.#connection;
    return new Intake(await another(), stream, answerWithinMs);
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
    if (this.#isClosed) {
      reader.stop();
      throw new TestbedError('CLOSED', 'redis bus: closed while subscribing');
    }
    this.#readers.set(reader, pump);
    pump.wake();
    return {
      close: async () => {
        await pump.close();
        this.#readers.delete(reader);
      },
    };
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
      const names = channelNames(this.#namespace, name);
      const retention = new Retention(link, names, this.#settings, clock);
      channel = { names, retention, publisher: new Publisher(link, names, retention) };
      this.#channels.set(name, channel);
    }
    return channel;
  }
}

/**
 * As the scripts take it: '' for the newest, the origin for the oldest still held. INVALID_ARGUMENT for no offset
 * of ours.
 */
function placeOf(from: From): string {
  if (from === 'latest') return '';
  return from === 'earliest' ? origin : parseOffset(from.after);
}

async function orClose<T>(intake: Intake, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    intake.close();
    throw error;
  }
}

function outOfRange({ channel }: ChannelNames, intake: Intake): TestbedError {
  intake.close();
  return new TestbedError(
    'OUT_OF_RANGE',
    `redis bus: channel "${channel}" no longer holds what comes after that offset`,
  );
}
