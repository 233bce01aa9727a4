/** The memory bus, broken in one way each. Its healthy twin is the memory bus itself. */
import type { BusAdapter } from '../../../adapters/adapter.ts';
import { memoryBus } from '../../../adapters/memory/index.ts';
import type { Bus, Handler } from '../../../core/bus.ts';
import { TestbedError } from '../../../core/error.ts';
import type { Json, Message } from '../../../core/message.ts';
import {
  closesOnlyOnce,
  takesAnyDurability,
  takesAnyOption,
  withPort,
  withTraits,
  worksAfterClose,
} from './broken.ts';

type Publish = Bus['publish'];
type Subscribe = Bus['subscribe'];

const publishing = (change: (publish: Publish) => Publish): BusAdapter =>
  withPort(memoryBus, (bus) => ({ ...bus, publish: change(bus.publish) }));

const subscribing = (change: (subscribe: Subscribe) => Subscribe): BusAdapter =>
  withPort(memoryBus, (bus) => ({ ...bus, subscribe: change(bus.subscribe) }));

const handling = (change: (handler: Handler) => Handler): BusAdapter =>
  subscribing((subscribe) => (channel, options, handler) => subscribe(channel, options, change(handler)));

const changingData = (change: (data: Json) => Json): BusAdapter =>
  publishing(
    (publish) => (channel, messages) =>
      publish(
        channel,
        messages.map((message) => ({ ...message, data: change(message.data) })),
      ),
  );

/** Every handler call waits until the one before is over, whoever's it was. */
function oneAtATime(): BusAdapter {
  let before: Promise<unknown> = Promise.resolve();
  return handling((handler) => (messages, offset) => {
    const mine = before.then(() => handler(messages, offset));
    before = mine.catch(() => {});
    return mine;
  });
}

function stopsAtAnError(): BusAdapter {
  let stopped = false;
  return handling((handler) => async (messages, offset) => {
    if (stopped) await new Promise(() => {});
    try {
      await handler(messages, offset);
    } catch (error) {
      stopped = true;
      throw error;
    }
  });
}

/** Groups are known by name only as long as somebody is in them. */
function forgetsGroups(): BusAdapter {
  let members = 0;
  let generation = 0;
  return subscribing((subscribe) => async (channel, { group, ...options }, handler) => {
    if (group === undefined) return subscribe(channel, options, handler);
    if (members === 0) generation++;
    members++;
    const subscription = await subscribe(channel, { ...options, group: `${group} ${generation}` }, handler);
    return {
      close: async () => {
        members--;
        await subscription.close();
      },
    };
  });
}

/** Calls handlers from inside publish, and remembers nothing. */
const synchronous: BusAdapter = withPort(memoryBus, () => {
  const handlers = new Map<string, Set<Handler>>();
  return {
    async publish(channel, messages) {
      for (const handler of handlers.get(channel) ?? []) void handler(messages, '0');
    },
    async subscribe(channel, _options, handler) {
      const set = handlers.get(channel) ?? new Set();
      handlers.set(channel, set.add(handler));
      return { close: async () => void set.delete(handler) };
    },
  };
});

function perSubscriberOrder(): BusAdapter {
  let subscribers = 0;
  return handling((handler) => {
    const reversed = subscribers++ % 2 === 1;
    return (messages, offset) => handler(reversed ? [...messages].reverse() : messages, offset);
  });
}

function closeWaitsForHandlers(): BusAdapter {
  const running = new Set<Promise<unknown>>();
  const watched = handling((handler) => (messages, offset) => {
    const call = Promise.resolve(handler(messages, offset));
    running.add(call);
    return call.finally(() => running.delete(call));
  });
  return {
    ...watched,
    async open(place) {
      const connection = await watched.open(place);
      return {
        ...connection,
        async close() {
          await Promise.all(running);
          await connection.close();
        },
      };
    },
  };
}

/** Runs without a pause: every turn is taken up until there is nothing left to do. */
const starves: BusAdapter = withPort(memoryBus, () => {
  const handlers: Handler[] = [];
  return {
    async publish(_channel, messages) {
      await Promise.resolve();
      for (const handler of handlers) void handler(messages, '0');
    },
    async subscribe(_channel, _options, handler) {
      handlers.push(handler);
      return { close: async () => {} };
    },
  };
});

/** By name, each with the adapter broken that way. Opened anew for each use, since some keep count. */
export const brokenBuses: { readonly [flaw: string]: () => BusAdapter } = {
  'drops one of seven': () =>
    publishing((publish) => (channel, messages) => publish(channel, messages.filter(notSeventh))),
  'has one channel': () => publishing((publish) => (_channel, messages) => publish('conformance', messages)),
  'refuses an empty batch': () =>
    publishing((publish) => async (channel, messages) => {
      if (messages.length === 0) throw new TestbedError('INVALID_ARGUMENT', 'nothing to publish');
      await publish(channel, messages);
    }),
  'delivers inside publish': () => synchronous,
  'takes every turn': () => starves,
  'reorders each batch': () =>
    publishing((publish) => (channel, messages) => publish(channel, [...messages].reverse())),
  'has an order for each subscriber': perSubscriberOrder,
  'subscribes late': () =>
    subscribing((subscribe) => async (channel, options, handler) => {
      const subscription = new Promise((resolve) => setTimeout(resolve, 20)).then(() =>
        subscribe(channel, options, handler),
      );
      // By then the bus may be closed.
      subscription.catch(() => {});
      return { close: async () => (await subscription).close() };
    }),
  'starts at the earliest, always': () =>
    subscribing(
      (subscribe) => (channel, options, handler) =>
        subscribe(channel, { ...options, from: 'earliest' }, handler),
    ),
  'starts at the latest, always': () =>
    subscribing(
      (subscribe) => (channel, options, handler) =>
        subscribe(channel, { ...options, from: 'latest' }, handler),
    ),
  'never unsubscribes': () =>
    subscribing((subscribe) => async (channel, options, handler) => {
      await subscribe(channel, options, handler);
      return { close: async () => {} };
    }),
  'has 100 channels': () => {
    const channels = new Set<string>();
    return subscribing((subscribe) => (channel, options, handler) => {
      if (channels.add(channel).size > 100)
        return Promise.reject(new TestbedError('UNSUPPORTED', 'too many'));
      return subscribe(channel, options, handler);
    });
  },
  'changes odd text': () => changingData((data) => (typeof data === 'string' ? data.toWellFormed() : data)),
  'cuts payloads at 1 MiB': () =>
    changingData((data) => (typeof data === 'string' ? data.slice(0, 1024 * 1024) : data)),
  'claims a limit it does not keep': () => withTraits(memoryBus, { maxPayloadBytes: 1_000 }),
  'knows no groups': () =>
    subscribing(
      (subscribe) =>
        (channel, { group: _group, ...options }, handler) =>
          subscribe(channel, options, handler),
    ),
  'has one group': () =>
    subscribing(
      (subscribe) => (channel, options, handler) => subscribe(channel, { ...options, group: 'g' }, handler),
    ),
  'forgets groups': forgetsGroups,
  'does not wait for handlers': () =>
    handling((handler) => (messages, offset) => void handler(messages, offset)),
  'runs one handler at a time': oneAtATime,
  'acknowledges failures': () =>
    handling((handler) => async (messages, offset) => {
      await Promise.resolve(handler(messages, offset)).catch(() => {});
    }),
  'stops at an error': stopsAtAnError,
  'closes under a running handler': () =>
    subscribing((subscribe) => async (channel, options, handler) => {
      const subscription = await subscribe(channel, options, handler);
      return { close: async () => void subscription.close() };
    }),
  'waits for handlers on close': closeWaitsForHandlers,
  'gives up on close': () =>
    publishing((publish) => async (channel, messages) => {
      await new Promise((resolve) => setImmediate(resolve));
      await publish(channel, messages);
    }),
  'works after close': () => worksAfterClose(memoryBus),
  'closes only once': () => closesOnlyOnce(memoryBus),
  'takes any option': () => takesAnyOption(memoryBus),
  'takes any durability': () => takesAnyDurability(memoryBus),
  'claims to outlive its process': () => claimsTooMuch,
};

/** Exported so that a second process finds it too. */
export const claimsTooMuch: BusAdapter = withTraits(memoryBus, {
  crossProcess: true,
  durability: ['none', 'process-crash'],
});

function notSeventh({ sequence }: Message): boolean {
  return sequence % 7 !== 0;
}
