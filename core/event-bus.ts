import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { Channel, type ChannelRules } from './delivery/channel.ts';
import { EventLog } from './delivery/event-log.ts';
import { type EventFilter, EventRoutes } from './delivery/event-routes.ts';
import { Scopes } from './delivery/scopes.ts';
import type { BatchHandler, Delivery, DeliveryCounts } from './delivery/subscriber.ts';
import { type AgentEvent, eventChannel } from './event.ts';
import { eventTally } from './event-tally.ts';

/** How events reach subscribers. The defaults are the sound choice; the others show what the seed's design costs. */
export interface AgentEventBusOptions {
  /** `async`: a bounded queue per subscriber. `sync`: the emitter waits until every local subscriber has handled it. */
  readonly delivery: 'sync' | 'async';
  /** Events a subscriber may have waiting. */
  readonly queueLimit: number;
  /** What happens at the limit: the bus is held back, or the oldest or newest event is dropped and counted. */
  readonly whenFull: 'block' | 'drop-oldest' | 'drop-newest';
  /** Events kept in the paged log; null: unbounded, as the seed had it. */
  readonly logLimit: number | null;
}

export const eventBusDefaults: AgentEventBusOptions = {
  delivery: 'async',
  queueLimit: 10_000,
  whenFull: 'block',
  logLimit: 10_000,
};

export interface SubscribeTo {
  /** Id of an agent or swarm: the subscription is closed when that is forgotten or destroyed. */
  readonly until?: string;
}

export interface AgentEventBusParts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly options?: Partial<AgentEventBusOptions>;
  /** Under this name the bus keeps the node's place; see `begin`. Absent: it begins anew each time. */
  readonly group?: string;
  readonly scopes?: Scopes;
  readonly report?: (error: unknown, doing: string) => void;
}

/** Events of agents: eleven types, filtered subscriptions, and a bounded log of the latest. */
export class AgentEventBus implements DeliveryCounts {
  readonly #channel: Channel<AgentEvent, EventFilter>;
  readonly log: EventLog;

  private constructor(parts: AgentEventBusParts) {
    const { bus, clock, options = {}, group, scopes = new Scopes(), report = ignore } = parts;
    const rules: ChannelRules = { ...eventBusDefaults, subscriptionLimit: null, ...options };
    const log = new EventLog({ ...eventBusDefaults, ...options }.logLimit);
    this.log = log;
    const routes = new EventRoutes((error) => report(error, 'asking a filter'));
    const observe = (events: readonly AgentEvent[]): void => {
      eventTally.received += events.length;
      log.append(events);
    };
    this.#channel = new Channel({
      bus,
      clock,
      name: eventChannel,
      rules,
      ...(group !== undefined && { group }),
      routes,
      scopes,
      observe,
      report,
    });
  }

  /** Resolves once the node's one subscription stands: what is published from then on is seen. */
  static async open(parts: AgentEventBusParts): Promise<AgentEventBus> {
    const events = new AgentEventBus(parts);
    await events.#channel.open();
    return events;
  }

  /**
   * Resolves once the bus holds them all; with `sync` delivery, once every local subscriber has handled them too
   * (unless called from inside a handler). Rejects as `Bus.publish` does. Takes the array over.
   */
  publish(events: readonly AgentEvent[]): Promise<void> {
    return this.#channel.publish(events);
  }

  /**
   * `handler` gets every matching event published after this resolved, in batches, and never after `close()` of the
   * returned subscription has resolved. Without a filter a batch is the bus's own array: do not change it.
   * A handler that waits for `close()` of its own subscription, or, with policy `block`, for a publish while its
   * own queue is full, waits for itself.
   */
  async subscribe(
    filter: EventFilter,
    handler: BatchHandler<AgentEvent>,
    { until }: SubscribeTo = {},
  ): Promise<Delivery> {
    return this.#channel.subscribe(handler, filter, until);
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

  /** Events in the queues of all subscribers. */
  get waiting(): number {
    return this.#channel.waiting;
  }

  close(): Promise<void> {
    return this.#channel.close();
  }
}

function ignore(): void {}
