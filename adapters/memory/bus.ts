import type { Bus, From, Handler, SubscribeOptions, Subscription } from '../../core/bus.ts';
import { systemClock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { BusAdapter, Place } from '../adapter.ts';
import { behind, Door } from '../door.ts';
import { checkDurability, readOptions } from '../options.ts';
import { Pump } from '../pump.ts';
import { parsePosition } from '../requests.ts';
import { Log, type LogBounds } from './log.ts';
import { type Member, Reader, type ReaderBatch } from './reader.ts';

const options = {
  bufferMessages: {
    default: 10_000,
    min: 1,
    max: 100_000_000,
    meaning: 'publish waits while a subscriber is this many messages behind',
  },
  windowMessages: {
    default: 10_000,
    min: 0,
    max: 100_000_000,
    meaning: 'messages of a channel kept for replay after everybody has read them',
  },
} as const;

/** A bus inside one process: the fastest there can be, and gone with the process. */
export const memoryBus: BusAdapter = {
  name: 'memory',
  traits: {
    durability: ['none'],
    crossProcess: false,
    // The longest string that V8 makes; nothing is encoded here.
    maxPayloadBytes: 0x1fff_ffe8,
    order: 'channel',
    replay: 'window',
    redelivers: true,
    groups: true,
  },
  options,
  async open(place) {
    checkDurability(memoryBus, place);
    const bounds = readOptions('memory bus', options, place.options);
    const { port, close } = createBus(bounds, place);
    return {
      port,
      facts: {
        ...bounds,
        batching: 'small batches of one turn are put together, by reference',
        acknowledgement: 'the log in this process holds it',
      },
      close,
    };
  },
};

function createBus(
  bounds: LogBounds,
  { clock = systemClock }: Place,
): { readonly port: Bus; readonly close: () => Promise<void> } {
  const door = new Door('the memory bus');
  const logs = new Map<string, Log>();
  const pumps = new Set<Pump<ReaderBatch>>();

  const logOf = (channel: string): Log => {
    let log = logs.get(channel);
    if (log === undefined) {
      log = new Log(bounds);
      logs.set(channel, log);
    }
    return log;
  };

  const publish = async (channel: string, messages: readonly Message[]): Promise<void> => {
    if (messages.length > 0) await logOf(channel).publish(messages);
  };

  const subscribe = async (
    channel: string,
    how: SubscribeOptions,
    handler: Handler,
  ): Promise<Subscription> => {
    const log = logOf(channel);
    const reader = readerFor(log, how);
    const member: Member = { holding: null, wake: () => pump.wake() };
    const pump = new Pump<ReaderBatch>(
      {
        next: () => reader.take(member),
        end(_last, answered) {
          reader.leave(member, answered);
          if (how.group === undefined) log.readers.delete(reader);
        },
      },
      handler,
      clock,
    );
    reader.join(member);
    log.readers.add(reader);
    pumps.add(pump);
    pump.wake();
    return {
      async close() {
        await pump.close();
        pumps.delete(pump);
      },
    };
  };

  return {
    port: behind(door, { publish, subscribe }),
    async close() {
      const emptied = door.shut();
      for (const pump of pumps) pump.abandon();
      for (const log of logs.values()) log.refuse(door.closed());
      await emptied;
    },
  };
}

/** The group's reader, or a new one where `from` says. */
function readerFor(log: Log, { group, from = 'latest' }: SubscribeOptions): Reader {
  const existing = group === undefined ? undefined : log.groups.get(group);
  if (existing !== undefined && existing.missed === 0) return existing;
  if (group !== undefined && existing !== undefined) {
    // Said once; the next subscription starts where it says.
    log.groups.delete(group);
    log.readers.delete(existing);
    throw new TestbedError(
      'OUT_OF_RANGE',
      `group "${group}" missed ${existing.missed} messages, no longer held`,
    );
  }
  const reader = new Reader(log, offsetOf(log, from));
  if (group !== undefined) log.groups.set(group, reader);
  return reader;
}

function offsetOf(log: Log, from: From): number {
  if (from === 'latest') return log.end;
  if (from === 'earliest') return log.start;
  const offset = parsePosition('offset', from.after);
  if (offset >= log.start && offset <= log.end) return offset;
  throw new TestbedError('OUT_OF_RANGE', `offset ${offset} is not held; ${log.start} to ${log.end} are`);
}
