/** A bus in memory, small and whole. Replace what is inside; what it promises stands in `traits`. */
import {
  type Batch,
  type BusAdapter,
  behind,
  checkDurability,
  Door,
  Pump,
  readOptions,
  type Source,
} from 'testbed/adapters';
import { type Bus, type Clock, type Message, systemClock, TestbedError } from 'testbed/core';

/** What a scenario may set: `options: { bus: { queueMessages: 500 } }`. */
const options = {
  queueMessages: {
    default: 10_000,
    min: 1,
    max: 1_000_000,
    meaning: 'publish waits while a subscriber is this many messages behind',
  },
} as const;

export const bus: BusAdapter = {
  name: '__NAME__',
  traits: {
    durability: ['none'],
    crossProcess: false,
    // Nothing is encoded here; a bus that encodes has a limit, and refuses what is beyond it with INVALID_ARGUMENT.
    maxPayloadBytes: 0x1fff_ffe8,
    order: 'channel',
    replay: 'none',
    // The Pump below hands a batch over again when its handler failed.
    redelivers: true,
    groups: false,
  },
  options,
  async open(place) {
    checkDurability(bus, place);
    const { queueMessages } = readOptions('__NAME__ bus', options, place.options);
    // A client library is imported here, so that other runs never load it: const { connect } = await import('...');
    const { port, close } = createBus(queueMessages, place.clock ?? systemClock);
    return { port, facts: { queueMessages }, close };
  },
};

function createBus(limit: number, clock: Clock): { readonly port: Bus; readonly close: () => Promise<void> } {
  const door = new Door('the bus __NAME__');
  const channels = new Map<string, Set<Queue>>();
  const pumps = new Set<Pump<Batch>>();
  const methods = {
    async publish(channel: string, messages: readonly Message[]): Promise<void> {
      const queues = [...(channels.get(channel) ?? [])];
      for (const queue of queues) queue.add(messages);
      await Promise.all(queues.map((queue) => queue.room()));
    },
    async subscribe(...[channel, { from, group }, handler]: Parameters<Bus['subscribe']>) {
      if (group !== undefined) throw new TestbedError('UNSUPPORTED', 'this bus has no consumer groups');
      if (typeof from === 'object')
        throw new TestbedError('OUT_OF_RANGE', 'this bus keeps nothing to replay');
      const queue = new Queue(limit, () => pump.wake());
      const pump = new Pump<Batch>(queue, handler, clock);
      const queues = channels.get(channel) ?? new Set();
      channels.set(channel, queues.add(queue));
      pumps.add(pump);
      return {
        async close() {
          queues.delete(queue);
          await pump.close();
          pumps.delete(pump);
        },
      };
    },
  };
  return {
    port: behind(door, methods),
    async close() {
      const emptied = door.shut();
      for (const pump of pumps) pump.abandon();
      for (const queues of channels.values()) for (const queue of queues) queue.end();
      await emptied;
    },
  };
}

/** What one subscriber has not been given yet. */
class Queue implements Source<Batch> {
  readonly #limit: number;
  readonly #wake: () => void;
  #messages: Message[] = [];
  #given = 0;
  #waiting: (() => void)[] = [];

  constructor(limit: number, wake: () => void) {
    this.#limit = limit;
    this.#wake = wake;
  }

  add(messages: readonly Message[]): void {
    for (const message of messages) this.#messages.push(message);
    this.#wake();
  }

  /** Resolves when it is no longer than its limit. */
  async room(): Promise<void> {
    if (this.#messages.length > this.#limit) await new Promise<void>((done) => this.#waiting.push(done));
  }

  next(): Batch | null {
    const messages = this.#messages;
    this.end();
    if (messages.length === 0) return null;
    this.#given += messages.length;
    return { messages, offset: String(this.#given) };
  }

  /** Nothing is left in it, and nobody waits for it. */
  end(): void {
    this.#messages = [];
    for (const done of this.#waiting.splice(0)) done();
  }
}
