import type { BusAdapter, StorageAdapter } from '../../adapters/adapter.ts';
import type { Bus, Handler } from '../../core/bus.ts';
import type { Message } from '../../core/message.ts';
import type { AgentRepository, Storage } from '../../core/storage.ts';
import type { SystemUnderTest } from '../../scenarios/sut.ts';

/**
 * How the doubles are made: a decorator sees every call of a port and says what becomes of it. With nothing to say it
 * is `passThrough`, the healthy twin: the same machinery, and nothing wrong.
 */
export interface BusFaults {
  /** Instead of publishing: may forward other messages, at another time, or none. */
  publish?(
    messages: readonly Message[],
    forward: (messages: readonly Message[]) => Promise<void>,
    channel: string,
  ): Promise<void>;
  /** Instead of handing a batch over. */
  deliver?(
    messages: readonly Message[],
    handler: (messages: readonly Message[]) => void | Promise<void>,
  ): void | Promise<void>;
  /** False: the subscription is never made, though it looks as if it were. */
  admits?(channel: string): boolean;
}

export function decorateBus(bus: Bus, faults: BusFaults): Bus {
  return {
    publish(channel, messages) {
      const forward = (some: readonly Message[]): Promise<void> =>
        some.length === 0 ? Promise.resolve() : bus.publish(channel, some);
      return faults.publish === undefined ? forward(messages) : faults.publish(messages, forward, channel);
    },
    async subscribe(channel, options, handler) {
      if (faults.admits?.(channel) === false) return { close: async () => {} };
      const seen: Handler = (messages, offset) =>
        faults.deliver === undefined
          ? handler(messages, offset)
          : faults.deliver(messages, (some) => handler(some, offset));
      return bus.subscribe(channel, options, seen);
    },
  };
}

/** The same storage, with some methods of the agents' repository replaced. */
export function decorateAgents(
  storage: Storage,
  faults: (agents: AgentRepository) => Partial<AgentRepository>,
): Storage {
  const { agents } = storage;
  const whole: AgentRepository = {
    insert: (items, token) => agents.insert(items, token),
    get: (id) => agents.get(id),
    update: (items, token) => agents.update(items, token),
    find: (filter, page) => agents.find(filter, page),
    count: (filter) => agents.count(filter),
    remove: (ids) => agents.remove(ids),
  };
  return { ...storage, agents: { ...whole, ...faults(agents) } };
}

/** The same system, with some of what it does replaced. */
export function decorateSystem(
  sut: SystemUnderTest,
  faults: Partial<Pick<SystemUnderTest, 'spawn' | 'pause' | 'resume' | 'complete' | 'fail' | 'kill'>> & {
    readonly events?: Partial<SystemUnderTest['events']>;
    readonly messages?: Partial<SystemUnderTest['messages']>;
  },
): SystemUnderTest {
  const { events, messages } = sut;
  return {
    spawn: faults.spawn ?? ((requests) => sut.spawn(requests)),
    pause: faults.pause ?? ((id) => sut.pause(id)),
    resume: faults.resume ?? ((id) => sut.resume(id)),
    complete: faults.complete ?? ((id, result) => sut.complete(id, result)),
    fail: faults.fail ?? ((id, error) => sut.fail(id, error)),
    kill: faults.kill ?? ((id) => sut.kill(id)),
    events: {
      get dropped() {
        return events.dropped ?? 0;
      },
      publish: (some) => events.publish(some),
      subscribe: (filter, handler) => events.subscribe(filter, handler),
      ...faults.events,
    },
    messages: {
      publish: (some) => messages.publish(some),
      subscribe: (pattern, handler) => messages.subscribe(pattern, handler),
      ...faults.messages,
    },
    ...(sut.createSwarm ? { createSwarm: (order) => sut.createSwarm?.(order) as Promise<string> } : {}),
    forgetEnded: async () => sut.forgetEnded?.(),
    close: () => sut.close(),
  };
}

/** The healthy twins. */
export const passThrough = {
  bus: (bus: Bus): Bus => decorateBus(bus, {}),
  storage: (storage: Storage): Storage => decorateAgents(storage, () => ({})),
  system: (sut: SystemUnderTest): SystemUnderTest => decorateSystem(sut, {}),
};

/** An adapter whose ports are seen through a decorator. */
export function withBus(adapter: BusAdapter, decorate: (bus: Bus) => Bus): BusAdapter {
  return {
    ...adapter,
    async open(place, address) {
      const connection = await adapter.open(place, address);
      return { ...connection, port: decorate(connection.port) };
    },
  };
}

export function withStorage(
  adapter: StorageAdapter,
  decorate: (storage: Storage) => Storage,
): StorageAdapter {
  return {
    ...adapter,
    async open(place, address) {
      const connection = await adapter.open(place, address);
      return { ...connection, port: decorate(connection.port) };
    },
  };
}

/** Says yes to every `every`-th that asks. */
export function everyNth(every: number): () => boolean {
  let count = 0;
  return () => ++count % every === 0;
}
