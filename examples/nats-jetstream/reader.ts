import type { ConsumerMessages, JetStreamClient, JsMsg } from '@nats-io/jetstream';
import { type Clock, isTestbedError, type Message, TestbedError } from 'testbed';
import type { Batch, Source } from 'testbed/adapters';
import { beginningOf, offsetOf, type Position } from './offset.ts';
import type { Streams } from './streams.ts';

/** Publishes read ahead of the handler before reading waits for it. */
const aheadPublishes = 256;
const retryMs = 50;

export interface ReaderParts {
  readonly client: JetStreamClient;
  readonly streams: Streams;
  /** Of the stream. */
  readonly name: string;
  readonly from: Position;
  /** When the stream was made. */
  readonly born: string;
  readonly clock: Clock;
  readonly wake: () => void;
  /** So many publishes were cut before this subscription had read them. */
  readonly missed: (publishes: number) => void;
}

/**
 * One subscription: an ordered consumer, read on from its own position over reconnects and restarts of the server.
 * JetStream numbers a stream's messages without gaps, so a gap is what the stream has cut.
 */
export class Reader implements Source<Batch> {
  readonly #parts: ReaderParts;
  readonly #ended = new AbortController();
  readonly #done: Promise<void>;
  #read: Position;
  #born: string;
  #ahead: Batch[] = [];
  #messages: ConsumerMessages | undefined;
  #onRoom: (() => void) | undefined;
  #failure: TestbedError | undefined;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
    this.#read = parts.from;
    this.#born = parts.born;
    this.#done = this.#run();
  }

  /** Everything that was read meanwhile is one batch. */
  next(): Batch | null {
    const batches = this.#ahead;
    const last = batches.at(-1);
    if (last === undefined) {
      if (this.#failure !== undefined) throw this.#failure;
      return null;
    }
    this.#ahead = [];
    this.#onRoom?.();
    return { messages: batches.flatMap(({ messages }) => messages), offset: last.offset };
  }

  async end(): Promise<void> {
    this.stop();
    await this.#done;
  }

  /** Reads no more, at once. */
  stop(): void {
    this.#ended.abort();
    this.#messages?.stop();
    this.#onRoom?.();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        await this.#consume();
      } catch (error) {
        if (isTestbedError(error, 'CORRUPT')) {
          this.#failure = error;
          this.#parts.wake();
          return;
        }
        // Unreachable, or its stream or consumer is gone: where to go on is looked up again.
        if (!signal.aborted) await this.#pause();
      }
    }
  }

  async #consume(): Promise<void> {
    const { client, streams, name } = this.#parts;
    const { created, state } = await streams.look(name);
    if (created !== this.#born) {
      // A stream made again after its server has lost it: what it holds is all new.
      this.#born = created;
      this.#read = beginningOf(state);
    }
    const consumer = await client.consumers.get(name, { opt_start_seq: this.#read + 1 });
    if (this.#ended.signal.aborted) return;
    const messages = await consumer.consume({
      max_messages: aheadPublishes,
      abort_on_missing_resource: true,
    });
    this.#messages = messages;
    for await (const message of messages) {
      this.#take(message);
      if (this.#ahead.length >= aheadPublishes) await this.#room();
      if (this.#ended.signal.aborted) break;
    }
    await consumer.delete();
  }

  #take(message: JsMsg): void {
    const gap = message.seq - this.#read - 1;
    if (gap > 0) this.#parts.missed(gap);
    this.#read = message.seq;
    this.#ahead.push({ messages: parse(message), offset: offsetOf(message.seq, this.#born) });
    this.#parts.wake();
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRoom = resolve;
      this.#parts.clock.after(retryMs, resolve);
    });
  }
}

function parse(message: JsMsg): readonly Message[] {
  try {
    return message.json<readonly Message[]>();
  } catch (cause) {
    throw new TestbedError('CORRUPT', `publish ${message.seq} of ${message.subject} is no JSON`, { cause });
  }
}
