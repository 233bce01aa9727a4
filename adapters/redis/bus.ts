import type { BusAdapter } from '../adapter.ts';
import { behind, Door } from '../door.ts';
import { checkDurability, readOptions } from '../options.ts';
import { connect, connectionOptions } from './connect.ts';
import { redisDurabilities } from './durability.ts';
import { maxPayloadBytes } from './payload.ts';
import { replicateRedis } from './replica.ts';
import { serveRedis } from './server.ts';
import { busScripts } from './streams/scripts/index.ts';
import { StreamBus } from './streams/stream-bus.ts';

const options = {
  ...connectionOptions,
  windowMessages: {
    default: 10_000,
    min: 0,
    max: 1_000_000_000,
    meaning:
      'messages of a channel kept for replay after everybody has read them (fewer when they take more than 64 MiB)',
  },
  bufferMessages: {
    default: 100_000,
    min: 1,
    max: 1_000_000_000,
    meaning:
      'publish waits while a subscriber is this many messages behind; a group without members is waited for by nobody',
  },
  leaseMs: {
    default: 3_000,
    min: 50,
    max: 3_600_000,
    meaning: 'a subscriber silent for this long counts as dead, and what it held is delivered to others',
  },
} as const;

/** A bus on Redis Streams: many messages to an entry, consumer groups, replay of what the window holds. */
export const redisBus: BusAdapter = {
  name: 'redis',
  server: 'redis',
  traits: {
    durability: redisDurabilities,
    crossProcess: true,
    maxPayloadBytes,
    order: 'channel',
    replay: 'window',
    redelivers: true,
    groups: true,
  },
  options,
  serve(place) {
    checkDurability(redisBus, place);
    return serveRedis(place);
  },
  replicate: replicateRedis,
  async open(place, address) {
    checkDurability(redisBus, place);
    const settings = readOptions('redis bus', options, place.options);
    const connection = await connect('redis bus', place, address, busScripts, settings.answerWithinMs);
    const bus = new StreamBus(connection, place.namespace, settings);
    const door = new Door('the redis bus');
    let closing: Promise<void> | undefined;
    return {
      port: behind(door, { publish: bus.publish.bind(bus), subscribe: bus.subscribe.bind(bus) }),
      facts: {
        ...connection.facts,
        ...settings,
        batching: 'publishes of one turn, and those made while four calls are on their way, packed together',
        acknowledgement: 'the script that appended was answered',
        get missed() {
          return bus.missed;
        },
      },
      purge: () => bus.purge(),
      close() {
        closing ??= (async () => {
          const empty = door.shut();
          await bus.close(door.closed());
          await empty;
        })();
        return closing;
      },
    };
  },
};
