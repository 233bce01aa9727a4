import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { Channel, type ChannelRules } from './delivery/channel.ts';
import { Scopes } from './delivery/scopes.ts';
import type { BatchHandler, Delivery, DeliveryCounts } from './delivery/subscriber.ts';
import { TopicRoutes } from './delivery/topic-routes.ts';
import { messageChannel } from './event.ts';
import type { SubscribeTo } from './event-bus.ts';
import type { Message } from './message.ts';
import { assertPattern } from './topic.ts';

/** As for events. `subscriptionLimit`: the seed's bound on listeners (it had 1000); null: none. */
export type MessageBusOptions = ChannelRules;

export const messageBusDefaults: MessageBusOptions = {
  delivery: 'async',
  queueLimit: 10_000,
  whenFull: 'block',
  subscriptionLimit: null,
};

export interface MessageBusParts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly options?: Partial<MessageBusOptions>;
  /** Under this name the bus keeps the node's place; see `begin`. Absent: it begins anew each time. */
  readonly group?: string;
  readonly scopes?: Scopes;
  readonly report?: (error: unknown, doing: string) => void;
}

/** Messages by topic. A message's key is its topic; topics and patterns are explained in topic.ts. */
export class MessageBus implements DeliveryCounts {
  readonly #channel: Channel<Message, string>;

  private constructor(parts: MessageBusParts) {
    const { bus, clock, options = {}, group, scopes = new Scopes(), report = () => {} } = parts;
    const rules: ChannelRules = { ...messageBusDefaults, ...options };
    this.#channel = new Channel({
      bus,
      clock,
      name: messageChannel,
      rules,
      ...(group !== undefined && { group }),
      routes: new TopicRoutes(),
      scopes,
      report,
    });
  }

  /** Resolves once the node's one subscription stands: what is published from then on is seen. */
  static async open(parts: MessageBusParts): Promise<MessageBus> {
    const messages = new MessageBus(parts);
    await messages.#channel.open();
    return messages;
  }

  /** Resolves once the bus holds them all (`sync`: and every local subscriber has handled them). Takes the array over. */
  publish(messages: readonly Message[]): Promise<void> {
    return this.#channel.publish(messages);
  }

  /** `pattern`: a topic, or one with `*` (one word) or a last `#` (the rest). Otherwise as for events. */
  async subscribe(
    pattern: string,
    handler: BatchHandler<Message>,
    { until }: SubscribeTo = {},
  ): Promise<Delivery> {
    assertPattern(pattern);
    return this.#channel.subscribe(handler, pattern, until);
  }

  /** With a group: from now on what the bus has kept is handed over, to those who have subscribed by then. */
  begin(): void {
    this.#channel.begin();
  }

  get received(): number {
    return this.#channel.received;
  }

  get delivered(): number {
    return this.#channel.delivered;
  }

  get dropped(): number {
    return this.#channel.dropped;
  }

  get failures(): number {
    return this.#channel.failures;
  }

  get subscriptions(): number {
    return this.#channel.subscriptions;
  }

  get waiting(): number {
    return this.#channel.waiting;
  }

  close(): Promise<void> {
    return this.#channel.close();
  }
}
