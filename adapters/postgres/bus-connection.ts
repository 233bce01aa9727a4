import type { Bus, From, Handler, SubscribeOptions, Subscription } from '../../core/bus.ts';
import type { Clock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import { type Batch, Pump, type Source } from '../pump.ts';
import { parsePosition } from '../requests.ts';
import type { BusStatements } from './bus-sql.ts';
import { GroupSource } from './group-source.ts';
import { encode } from './packing.ts';
import { PlainSource } from './plain-source.ts';
import type { Pool } from './pool.ts';
import { Publisher } from './publisher.ts';
import { Retention } from './retention.ts';
import type { Wakeups } from './wakeups.ts';
import { within } from './within.ts';

export interface BusParts {
  readonly pool: Pool;
  readonly sql: BusStatements;
  readonly clock: Clock;
  /** Unique among all connections of all processes. */
  readonly name: string;
  readonly wakeups: Pick<Wakeups, 'announce'>;
  readonly leaseMs: number;
  readonly retainMessages: number;
}

interface Channel {
  readonly id: number;
  readonly publisher: Publisher;
  readonly listeners: Set<Listener>;
  /** By group, the end of what its members here do one after another. */
  readonly turns: Map<string, Promise<unknown>>;
}

/** A subscription of this process, as publishers and notifications see it. */
interface Listener {
  /** There may be something to read. */
  wake(): void;
  close(): Promise<void>;
}

/** How long closing waits for handlers that are running. */
const handlersWithinMs = 500;

/** A bus on the tables of one schema. Publishes are rows of a log; subscriptions are pumps on it. */
export class BusConnection implements Bus {
  readonly #parts: BusParts;
  readonly #channels = new Map<string, Promise<Channel>>();
  readonly #open = new Map<number, Channel>();

  constructor(parts: BusParts) {
    this.#parts = parts;
  }

  async publish(name: string, messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const parcel = encode(messages);
    const { publisher } = await this.#channel(name);
    await publisher.publish(parcel);
  }

  async subscribe(
    name: string,
    { group, from = 'latest' }: SubscribeOptions,
    handler: Handler,
  ): Promise<Subscription> {
    const channel = await this.#channel(name);
    const position = await this.#positionOf(channel, from);
    if (group === undefined) {
      const source = new PlainSource({ ...this.#parts, channel: channel.id, position });
      return this.#listen(channel, source, handler, () => source.hint());
    }
    const { pool, sql } = this.#parts;
    await pool.run(sql.found, [String(channel.id), group, String(position)]);
    const source = new GroupSource({
      ...this.#parts,
      channel: channel.id,
      group,
      wakeOthers: () => this.#appended(channel),
      inTurn(work) {
        const turn = (channel.turns.get(group) ?? Promise.resolve()).then(work, work);
        channel.turns.set(group, turn);
        return turn;
      },
    });
    await source.join();
    return this.#listen(channel, source, handler, () => {});
  }

  /** Something may have been published to the channel of this number; null: to any. */
  wake(channel: number | null): void {
    const channels = channel === null ? this.#open.values() : [this.#open.get(channel)];
    for (const each of channels) for (const listener of each?.listeners ?? []) listener.wake();
  }

  /** Ends every subscription; a handler that is stuck is let go. */
  async endSubscriptions(): Promise<void> {
    const listeners = [...this.#open.values()].flatMap((channel) => [...channel.listeners]);
    await within(
      this.#parts.clock,
      handlersWithinMs,
      Promise.all(listeners.map((listener) => listener.close())),
    );
  }

  #channel(name: string): Promise<Channel> {
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      channel = this.#makeChannel(name);
      this.#channels.set(name, channel);
      // A failure is not remembered.
      channel.catch(() => this.#channels.delete(name));
    }
    return channel;
  }

  async #makeChannel(name: string): Promise<Channel> {
    const { pool, sql, retainMessages } = this.#parts;
    let id: string | null | undefined;
    // Whoever waits for another that makes the same channel does not see it yet, and asks again.
    while (id === undefined) id = (await pool.run(sql.channel, [name])).rows[0]?.[0];
    const retention = new Retention({ pool, sql, channel: Number(id), retainMessages });
    const publisher = new Publisher({
      pool,
      sql,
      channel: Number(id),
      name: `${this.#parts.name} ${id}`,
      appended: (messages) => {
        this.#appended(channel);
        retention.grow(messages);
      },
    });
    const channel: Channel = { id: Number(id), publisher, listeners: new Set(), turns: new Map() };
    this.#open.set(channel.id, channel);
    return channel;
  }

  #appended({ id, listeners }: Channel): void {
    for (const listener of listeners) listener.wake();
    this.#parts.wakeups.announce(id);
  }

  /** The offset to start after. OUT_OF_RANGE when the log does not reach that far back, or not yet that far. */
  async #positionOf({ id }: Channel, from: From): Promise<number> {
    const after = typeof from === 'object' ? parsePosition('offset', from.after) : null;
    const { pool, sql } = this.#parts;
    const { rows } = await pool.run(sql.ends, [String(id)]);
    const newest = Number(rows[0]?.[0]);
    const prunedTo = Number(rows[0]?.[1]);
    if (from === 'latest') return newest;
    if (after === null) return prunedTo;
    if (after >= prunedTo && after <= newest) return after;
    throw new TestbedError(
      'OUT_OF_RANGE',
      `the log goes from ${prunedTo} to ${newest}; ${after} is not in it`,
    );
  }

  #listen<B extends Batch>(
    channel: Channel,
    source: Source<B>,
    handler: Handler,
    hint: () => void,
  ): Subscription {
    const pump = new Pump(source, handler, this.#parts.clock);
    const listener: Listener = {
      wake() {
        hint();
        pump.wake();
      },
      async close() {
        channel.listeners.delete(listener);
        await pump.close();
      },
    };
    channel.listeners.add(listener);
    pump.wake();
    return { close: () => listener.close() };
  }
}
