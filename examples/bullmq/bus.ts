import { Redis } from 'ioredis';
import { systemClock, TestbedError } from 'testbed';
import { type BusAdapter, behind, checkDurability, Door, loadBus, readOptions } from 'testbed/adapters';
import { BullmqBus, maxPayloadBytes } from './bullmq-bus.ts';
import { translate } from './errors.ts';

const options = {
  leaseMs: {
    default: 30_000,
    min: 1_000,
    max: 3_600_000,
    meaning: 'a subscriber silent for this long counts as dead, and its queue is removed',
  },
  answerWithinMs: {
    default: 5_000,
    min: 50,
    max: 600_000,
    meaning: 'what Redis leaves unanswered for this long is given up; what was asked is then unknown',
  },
} as const;

/** BullMQ stands on Redis: Testbed's own adapter starts the server and says what it is durable to. */
const redisBus = await loadBus('redis');

/**
 * A bus on BullMQ: a queue for each subscription, and every publish is a job in each of them.
 *
 * What a job queue is not shows in the traits. `replay` is none: a job that was done is gone. `groups` is false: two
 * workers of one queue keep no order per key. `order` is per key: publishers in two processes add to one queue after
 * the other, so two subscribers may see their jobs in different orders.
 */
export const bus: BusAdapter = {
  name: 'bullmq',
  server: 'redis',
  traits: {
    durability: redisBus.traits.durability,
    crossProcess: true,
    maxPayloadBytes,
    order: 'key',
    replay: 'none',
    redelivers: true,
    groups: false,
  },
  options,
  ...(redisBus.serve && { serve: redisBus.serve }),
  async open(place, address) {
    checkDurability(bus, place);
    const { leaseMs, answerWithinMs } = readOptions('bullmq bus', options, place.options);
    if (address === undefined)
      throw new TestbedError('INVALID_CONFIG', 'bullmq bus: it needs the address of a server');
    // Refuses a server that is not exactly as durable as asked, and says what the server is.
    const probe = await redisBus.open({ ...place, options: {} }, address);
    await probe.close();
    const { serverVersion = 'unknown', appendonly = 'unknown', appendfsync = 'unknown' } = probe.facts;
    const redis = await connect(address.url, answerWithinMs);
    const bullmq = new BullmqBus({
      redis,
      url: address.url,
      prefix: `${place.namespace}:bullmq`,
      clock: place.clock ?? systemClock,
      leaseMs,
    });
    const door = new Door('the bullmq bus');
    let closing: Promise<void> | undefined;
    return {
      port: behind(door, { publish: bullmq.publish.bind(bullmq), subscribe: bullmq.subscribe.bind(bullmq) }),
      facts: {
        serverVersion,
        appendonly,
        appendfsync,
        client: 'bullmq',
        leaseMs,
        answerWithinMs,
        batching: 'publishes made while others are on their way go together, up to 500 messages a job',
        acknowledgement: 'the job is in the queue of every subscriber',
        get clientErrors() {
          return bullmq.clientErrors;
        },
      },
      purge: () => bullmq.purge(),
      close() {
        closing ??= (async () => {
          await door.shut();
          await bullmq.close();
          redis.disconnect();
        })();
        return closing;
      },
    };
  },
};

/** For publishing: it waits for a connection and for an answer so long and no longer. */
async function connect(url: string, answerWithinMs: number): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: answerWithinMs,
    commandTimeout: answerWithinMs,
    // BullMQ insists; the time above is what ends the waiting.
    maxRetriesPerRequest: null,
  });
  // Said by whatever call it makes fail.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw translate(error, 'bullmq bus');
  }
}
