import { type AgentStatus, isLegalTransition } from '../../core/agent.ts';
import type { Clock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { AgentEvent } from '../../core/event.ts';
import type { Message } from '../../core/message.ts';
import type { Closable, SpawnOrder, SwarmOrder, SystemUnderTest } from '../../scenarios/sut.ts';

/** What a call of the small system may be told to do instead of succeeding; undefined: nothing. */
export type Mishap = (call: string, id: string) => undefined | Error | Promise<unknown>;

/**
 * The smallest system under test that keeps its promises: agents in a map, the state table obeyed, events and
 * messages handed to every handler before the publish resolves. Each call takes `tookMs` of the clock's time.
 */
export class SmallSystem implements SystemUnderTest {
  readonly #clock: Clock;
  readonly #tookMs: number;
  readonly #handlers = new Set<(events: readonly AgentEvent[]) => void>();
  readonly #topics = new Map<string, Set<(messages: readonly Message[]) => void>>();
  readonly statuses = new Map<string, AgentStatus>();
  readonly orders = new Map<string, SpawnOrder>();
  readonly swarms: SwarmOrder[] = [];
  /** Every call, as `operation id`, in the order they were made. */
  readonly calls: string[] = [];
  readonly published: AgentEvent[] = [];
  readonly sentMessages: Message[] = [];
  mishap: Mishap = () => undefined;

  constructor(clock: Clock, tookMs = 0) {
    this.#clock = clock;
    this.#tookMs = tookMs;
  }

  get alive(): readonly string[] {
    const living: readonly AgentStatus[] = ['spawning', 'running', 'paused', 'retrying'];
    return [...this.statuses].filter(([, status]) => living.includes(status)).map(([id]) => id);
  }

  get openTopics(): readonly string[] {
    return [...this.#topics].filter(([, handlers]) => handlers.size > 0).map(([topic]) => topic);
  }

  async #call(call: string, id: string): Promise<void> {
    this.calls.push(`${call} ${id}`);
    const mishap = this.mishap(call, id);
    if (mishap instanceof Error) throw mishap;
    if (mishap !== undefined) await mishap;
    if (this.#tookMs > 0) await this.#clock.sleep(this.#tookMs);
  }

  async spawn(requests: readonly SpawnOrder[]): Promise<readonly { readonly id: string }[]> {
    await this.#call('spawn', requests.map(({ id }) => id).join(','));
    for (const order of requests) {
      if (this.statuses.has(order.id)) throw new TestbedError('DUPLICATE', order.id);
      this.statuses.set(order.id, 'running');
      this.orders.set(order.id, order);
    }
    return requests;
  }

  async #change(call: string, id: string, to: AgentStatus): Promise<void> {
    await this.#call(call, id);
    const from = this.statuses.get(id);
    if (from === undefined) throw new TestbedError('NOT_FOUND', `no agent ${id}`);
    if (!isLegalTransition(from, to)) throw new TestbedError('ILLEGAL_TRANSITION', `${id}: ${from} to ${to}`);
    this.statuses.set(id, to);
  }

  pause(id: string): Promise<void> {
    return this.#change('pause', id, 'paused');
  }

  resume(id: string): Promise<void> {
    return this.#change('resume', id, 'running');
  }

  complete(id: string): Promise<void> {
    return this.#change('complete', id, 'completed');
  }

  fail(id: string): Promise<void> {
    return this.#change('fail', id, 'failed');
  }

  kill(id: string): Promise<void> {
    return this.#change('kill', id, 'killed');
  }

  readonly events = {
    publish: async (events: readonly AgentEvent[]): Promise<void> => {
      await this.#call('publish', `${events.length}`);
      this.published.push(...events);
      for (const handler of this.#handlers) handler(events);
    },
    subscribe: async (
      filter: { readonly types?: readonly AgentEvent['type'][] },
      handler: (events: readonly AgentEvent[]) => void,
    ): Promise<Closable> => {
      const { types } = filter;
      const filtered = (events: readonly AgentEvent[]): void => {
        const wanted = types === undefined ? events : events.filter(({ type }) => types.includes(type));
        if (wanted.length > 0) handler(wanted);
      };
      this.#handlers.add(filtered);
      return { close: async () => void this.#handlers.delete(filtered) };
    },
  };

  readonly messages = {
    publish: async (messages: readonly Message[]): Promise<void> => {
      await this.#call('send', `${messages.length}`);
      this.sentMessages.push(...messages);
      for (const message of messages) {
        for (const handler of this.#topics.get(message.key) ?? []) handler([message]);
      }
    },
    subscribe: async (topic: string, handler: (messages: readonly Message[]) => void): Promise<Closable> => {
      await this.#call('subscribe', topic);
      const handlers = this.#topics.get(topic) ?? new Set();
      this.#topics.set(topic, handlers.add(handler));
      return {
        close: async () => {
          await this.#call('unsubscribe', topic);
          handlers.delete(handler);
        },
      };
    },
  };

  async createSwarm(order: SwarmOrder): Promise<string> {
    this.swarms.push(order);
    return order.id;
  }

  async close(): Promise<void> {}
}
