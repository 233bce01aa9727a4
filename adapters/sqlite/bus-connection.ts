import type { Bus, From, Handler, SubscribeOptions, Subscription } from '../../core/bus.ts';
import { isTestbedError, TestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import { type Batch, Pump } from '../pump.ts';
import { parsePosition } from '../requests.ts';
import { Channel, type Listener } from './channel.ts';
import type { Store } from './database.ts';
import { ForeignWrites } from './foreign-writes.ts';
import { type GroupIdentity, Groups } from './groups.ts';
import { encodeMessages, MessageTable } from './messages.ts';
import { patiently } from './patience.ts';
import { Presence } from './presence.ts';
import { Retention } from './retention.ts';
import { groupSource, plainSource } from './subscriptions.ts';
import { Tail } from './tail.ts';
import { Writer } from './writer.ts';

export interface BusSettings {
  readonly busyTimeoutMs: number;
  readonly pollMs: number;
  readonly leaseMs: number;
  readonly retainMessages: number;
  readonly tailMessages: number;
}

/** Where a subscription was written down to start. */
interface Start {
  readonly position: number;
  readonly group: GroupIdentity | null;
}

/** A bus on an open database. Publishes are transactions; subscriptions are pumps on the messages table. */
export class BusConnection implements Bus {
  readonly #store: Store;
  readonly #tailMessages: number;
  readonly #writer: Writer;
  readonly #table: MessageTable;
  readonly #groups: Groups;
  readonly #presence: Presence;
  readonly #retention: Retention;
  readonly #foreign: ForeignWrites;
  readonly #channels = new Map<string, Promise<Channel>>();
  /** The channels that somebody here listens to. */
  readonly #heard = new Set<Channel>();

  constructor(store: Store, settings: BusSettings) {
    this.#store = store;
    this.#tailMessages = settings.tailMessages;
    this.#writer = new Writer(store);
    this.#table = new MessageTable(store.db);
    this.#groups = new Groups(store.db, this.#table);
    this.#presence = new Presence({
      store,
      writer: this.#writer,
      leaseMs: settings.leaseMs,
      reads: () => this.#reads(),
      onBeat: () => this.#wakeAll(),
    });
    this.#retention = new Retention({
      retainMessages: settings.retainMessages,
      table: this.#table,
      groups: this.#groups,
      presence: this.#presence,
      writer: this.#writer,
    });
    this.#foreign = new ForeignWrites(store, settings.pollMs, () => this.#lookAgain());
  }

  async publish(channelName: string, messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const encoded = encodeMessages(messages);
    const channel = await this.#channel(channelName);
    const first = await this.#writer.write(() => this.#table.append(channel.id, encoded));
    channel.committed(first, messages, encoded.characters);
    this.#retention.grown(channel);
  }

  async subscribe(channelName: string, how: SubscribeOptions, handler: Handler): Promise<Subscription> {
    const channel = await this.#channel(channelName);
    const consumer = await this.#presence.enter();
    this.#foreign.watch();
    const start = await this.#writer.write(() => this.#enter(channel, how));
    if (start.group === null) {
      const source = plainSource(channel, this.#table, this.#read, start.position);
      return this.#listen(channel, new Pump(source, handler, this.#store.clock), null, source.answeredUpTo);
    }
    const source = groupSource({
      channel,
      group: start.group,
      groups: this.#groups,
      writer: this.#writer,
      read: this.#read,
      now: () => this.#store.clock.now(),
      consumer,
    });
    return this.#listen(channel, new Pump(source, handler, this.#store.clock), start.group, () => 0);
  }

  /** Stops delivering and gives back what is held. Every call into this object has been answered before. */
  async close(): Promise<void> {
    this.#foreign.stop();
    this.#presence.stop();
    for (const channel of this.#heard) for (const listener of channel.listeners) listener.abandon();
    try {
      const { consumer } = this.#presence;
      if (consumer !== undefined) {
        await this.#writer.write(() => {
          this.#groups.releaseAll(consumer);
          this.#presence.leave();
        });
      }
    } catch (error) {
      // Locked or broken: then the lease lapses by itself.
      if (!isTestbedError(error)) throw error;
    }
    await this.#writer.close();
  }

  readonly #read = <T>(action: () => T): Promise<T> =>
    patiently(this.#store.clock, this.#store.busyTimeoutMs, this.#store.file, action);

  #channel(name: string): Promise<Channel> {
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      channel = this.#writer.write(() => {
        const id = this.#table.channel(name);
        return new Channel(id, this.#table.start(id), this.#table.newest(id), new Tail(this.#tailMessages));
      });
      this.#channels.set(name, channel);
      // A refusal is not remembered.
      channel.catch(() => this.#channels.delete(name));
    }
    return channel;
  }

  /** Writes down where a subscription starts, so that nothing it has yet to read is removed. Inside a transaction. */
  #enter(channel: Channel, { group, from = 'latest' }: SubscribeOptions): Start {
    channel.newest = Math.max(channel.newest, this.#table.newest(channel.id));
    const start = (): number => this.#positionOf(channel, from);
    if (group !== undefined) return { position: 0, group: this.#groups.open(channel.id, group, start) };
    const position = start();
    const reads = this.#reads();
    this.#presence.renew({
      ...reads,
      [channel.id]: Math.min(reads[channel.id] ?? Number.POSITIVE_INFINITY, position),
    });
    return { position, group: null };
  }

  #positionOf(channel: Channel, from: From): number {
    const newest = this.#table.newest(channel.id);
    if (from === 'latest') return newest;
    const start = this.#table.start(channel.id);
    if (from === 'earliest') return start;
    const offset = parsePosition('offset', from.after);
    if (offset >= start && offset <= newest) return offset;
    throw new TestbedError('OUT_OF_RANGE', `offset ${offset} is not held; ${start} to ${newest} are`);
  }

  #listen<B extends Batch>(
    channel: Channel,
    pump: Pump<B>,
    group: GroupIdentity | null,
    answeredUpTo: () => number,
  ): Subscription {
    const listener: Listener = {
      wake: () => pump.wake(),
      abandon: () => pump.abandon(),
      group,
      answeredUpTo,
    };
    channel.listeners.add(listener);
    this.#heard.add(channel);
    pump.wake();
    return {
      close: async () => {
        await pump.close();
        channel.listeners.delete(listener);
      },
    };
  }

  /** Somebody may have published elsewhere. */
  async #lookAgain(): Promise<void> {
    for (const channel of this.#heard) {
      if (channel.listeners.size === 0) continue;
      channel.newest = await this.#read(() => this.#table.newest(channel.id));
    }
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const channel of this.#heard) channel.wake();
  }

  #reads(): { [channel: string]: number } {
    const reads: { [channel: string]: number } = {};
    for (const channel of this.#heard) {
      const upTo = channel.readUpTo();
      if (upTo !== Number.POSITIVE_INFINITY) reads[channel.id] = upTo;
    }
    return reads;
  }
}
