import { systemClock, TestbedError } from 'testbed';
import { type BusAdapter, behind, checkDurability, Door, readOptions } from 'testbed/adapters';
import { connectNats } from './connect.ts';
import { JetStreamBus, maxPayloadBytes } from './jetstream-bus.ts';
import { serveNats } from './server.ts';

const options = {
  windowPublishes: {
    default: 100_000,
    min: 1,
    max: 1_000_000_000,
    meaning: 'publishes of a channel kept for replay; a subscriber further behind misses what was cut',
  },
  answerWithinMs: {
    default: 5_000,
    min: 50,
    max: 600_000,
    meaning: 'what is unanswered for this long is given up; what was asked is then unknown',
  },
} as const;

/**
 * A bus on NATS JetStream: a stream for each channel, an ordered consumer for each subscription.
 *
 * `groups` is false because JetStream's shared consumers keep no order per key while two members work, which is what
 * a group promises here. `power-loss` is not among the levels because nats-server 2.9 syncs its files every two
 * minutes, and has no setting to do it before it acknowledges.
 */
export const bus: BusAdapter = {
  name: 'nats',
  server: 'nats',
  traits: {
    durability: ['none', 'process-crash'],
    crossProcess: true,
    maxPayloadBytes,
    order: 'channel',
    replay: 'window',
    redelivers: true,
    groups: false,
  },
  options,
  async serve(place) {
    checkDurability(bus, place);
    return serveNats(place);
  },
  async open(place, address) {
    checkDurability(bus, place);
    const settings = readOptions('nats bus', options, place.options);
    if (address === undefined)
      throw new TestbedError('INVALID_CONFIG', 'nats bus: it needs the address of a server');
    const { client, streams, facts, close } = await connectNats(address.url, place, settings);
    const jetstream = new JetStreamBus(client, streams, place.clock ?? systemClock);
    const door = new Door('the nats bus');
    let closing: Promise<void> | undefined;
    return {
      port: behind(door, {
        publish: jetstream.publish.bind(jetstream),
        subscribe: jetstream.subscribe.bind(jetstream),
      }),
      facts: {
        ...facts,
        ...settings,
        batching: 'one publish, one message of a stream',
        acknowledgement: 'the stream has stored it',
        get missed() {
          return jetstream.missed;
        },
      },
      purge: () => streams.purge(),
      close() {
        closing ??= (async () => {
          await door.shut();
          jetstream.stop();
          await close();
        })();
        return closing;
      },
    };
  },
};
