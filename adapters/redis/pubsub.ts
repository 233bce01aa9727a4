import type { BusAdapter } from '../adapter.ts';
import { behind, Door } from '../door.ts';
import { checkDurability, readOptions } from '../options.ts';
import { connect, connectionOptions } from './connect.ts';
import { maxPayloadBytes } from './payload.ts';
import { PubsubBus } from './pubsub/pubsub-bus.ts';
import { replicateRedis } from './replica.ts';
import { serveRedis } from './server.ts';
import { within } from './within.ts';

const options = {
  ...connectionOptions,
  bufferMessages: {
    default: 100_000,
    min: 1,
    max: 1_000_000_000,
    meaning: 'messages that wait for a slow handler; what comes beyond them is dropped and counted',
  },
} as const;

const closeWithinMs = 2_000;

/**
 * A bus on Redis Pub/Sub: the fastest that crosses processes, and nothing is held: who is not listening misses it.
 */
export const redisPubsubBus: BusAdapter = {
  name: 'redis-pubsub',
  server: 'redis',
  traits: {
    durability: ['none'],
    crossProcess: true,
    maxPayloadBytes,
    order: 'channel',
    replay: 'none',
    redelivers: false,
    groups: false,
  },
  options,
  serve(place) {
    checkDurability(redisPubsubBus, place);
    return serveRedis(place);
  },
  replicate: replicateRedis,
  async open(place, address) {
    checkDurability(redisPubsubBus, place);
    const settings = readOptions('redis-pubsub bus', options, place.options);
    const connection = await connect('redis-pubsub bus', place, address, [], settings.answerWithinMs);
    const { facts, clock, answerWithinMs } = connection;
    const bus = new PubsubBus(connection, place.namespace, settings.bufferMessages);
    const door = new Door('the redis-pubsub bus');
    let closing: Promise<void> | undefined;
    return {
      port: behind(door, { publish: bus.publish.bind(bus), subscribe: bus.subscribe.bind(bus) }),
      facts: {
        ...facts,
        ...settings,
        batching: 'publishes of one turn packed together',
        acknowledgement: 'PUBLISH was answered: handed to those who listened at that moment',
        get dropped() {
          return bus.dropped;
        },
        get failed() {
          return bus.failed;
        },
      },
      close() {
        closing ??= (async () => {
          const empty = door.shut();
          await within(clock, Math.min(closeWithinMs, answerWithinMs), empty);
          bus.close();
          await empty;
        })();
        return closing;
      },
    };
  },
};
