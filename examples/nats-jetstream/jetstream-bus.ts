import type { JetStreamClient } from '@nats-io/jetstream';
import {
  type Clock,
  type Handler,
  type Message,
  type SubscribeOptions,
  type Subscription,
  TestbedError,
} from 'testbed';
import { Pump } from 'testbed/adapters';
import { isGone, translate } from './errors.ts';
import { positionOf } from './offset.ts';
import { Reader } from './reader.ts';
import { maxMessageBytes } from './server.ts';
import type { Streams } from './streams.ts';

/** A payload may take this much; wrapping and escaping have the rest of what a message may take. */
export const maxPayloadBytes = 6 * 1024 * 1024;

/** A publish larger than this goes as several messages, unless one payload alone is. */
const splitBytes = maxMessageBytes / 8;

/** The bus on an open connection. */
export class JetStreamBus {
  readonly #client: JetStreamClient;
  readonly #streams: Streams;
  readonly #clock: Clock;
  readonly #readers = new Map<Reader, { abandon(): void }>();
  /** Publishes that subscriptions here should have been given and that were cut before they could be. */
  missed = 0;

  constructor(client: JetStreamClient, streams: Streams, clock: Clock) {
    this.#client = client;
    this.#streams = streams;
    this.#clock = clock;
  }

  async publish(channel: string, messages: readonly Message[]): Promise<void> {
    const parts = encode(messages);
    const name = this.#streams.nameOf(channel);
    await this.#streams.ensure(name);
    // One connection and one subject: the server takes them in the order in which they are sent here.
    const acknowledged = parts.map((part) => this.#client.publish(name, part));
    const outcomes = await Promise.allSettled(acknowledged);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed === undefined) return;
    if (isGone(failed.reason)) this.#streams.forget(name);
    const error = translate(failed.reason, 'publish', 'write');
    const isPartly = outcomes.some(({ status }) => status === 'fulfilled');
    throw isPartly
      ? new TestbedError('TIMEOUT', `${error.message}; a part is held`, { cause: error })
      : error;
  }

  async subscribe(
    channel: string,
    { group, from = 'latest' }: SubscribeOptions,
    handler: Handler,
  ): Promise<Subscription> {
    if (group !== undefined) throw new TestbedError('UNSUPPORTED', 'nats bus: it has no consumer groups');
    const name = this.#streams.nameOf(channel);
    const info = await this.#streams.look(name);
    const reader = new Reader({
      client: this.#client,
      streams: this.#streams,
      name,
      // What is published from here on has a higher number than the last that the stream holds now.
      from: positionOf(from, info),
      born: info.created,
      clock: this.#clock,
      wake: () => pump.wake(),
      missed: (publishes) => this.#miss(channel, publishes),
    });
    const pump = new Pump(reader, handler, this.#clock);
    this.#readers.set(reader, pump);
    return {
      close: async () => {
        await pump.close();
        this.#readers.delete(reader);
      },
    };
  }

  /** Reads no more; handlers that still run are let go. */
  stop(): void {
    for (const [reader, pump] of this.#readers) {
      pump.abandon();
      reader.stop();
    }
    this.#readers.clear();
  }

  #miss(channel: string, publishes: number): void {
    if (this.missed === 0)
      process.emitWarning(
        `nats bus: ${publishes} publishes on channel "${channel}" were cut before a subscriber had read them`,
      );
    this.missed += publishes;
  }
}

/** As JSON texts of lists of messages. INVALID_ARGUMENT when a payload is too large. */
function encode(messages: readonly Message[]): string[] {
  const parts: string[] = [];
  let part: string[] = [];
  let bytes = 0;
  const finish = (): void => {
    if (part.length > 0) parts.push(`[${part.join(',')}]`);
    part = [];
    bytes = 0;
  };
  for (const message of messages) {
    const text = JSON.stringify(message);
    // A UTF-16 unit never takes more than three bytes.
    const size = text.length * 3 < splitBytes ? text.length * 3 : Buffer.byteLength(text);
    if (size > maxPayloadBytes) checkPayload(message, size);
    if (bytes + size > splitBytes) finish();
    part.push(text);
    bytes += size;
  }
  finish();
  return parts;
}

/** `bytes`: of the whole message, encoded. */
function checkPayload({ data }: Message, bytes: number): void {
  const payloadBytes = Buffer.byteLength(typeof data === 'string' ? data : JSON.stringify(data));
  // Two for the brackets of the list.
  if (payloadBytes <= maxPayloadBytes && bytes + 2 <= maxMessageBytes) return;
  throw new TestbedError(
    'INVALID_ARGUMENT',
    `a payload of ${payloadBytes} bytes (${bytes} as sent) is too large: ${maxPayloadBytes} is the most, ${maxMessageBytes} as sent`,
  );
}
