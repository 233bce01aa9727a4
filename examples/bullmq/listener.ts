import { randomUUID } from 'node:crypto';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Clock, Handler, Message } from 'testbed';
import { removeQueue } from './remove-queue.ts';
import type { Subscribers } from './subscribers.ts';

const firstPauseMs = 10;
const longestPauseMs = 1_000;
const beatsPerLease = 4;

export interface ListenerParts {
  readonly redis: Redis;
  readonly url: string;
  readonly prefix: string;
  readonly channel: string;
  readonly handler: Handler;
  readonly subscribers: Subscribers;
  readonly clock: Clock;
  readonly leaseMs: number;
  /** Of the worker's own connection: it tries again by itself. */
  readonly failed: (error: Error) => void;
}

/** One subscription: a queue of its own, and one worker on it that takes a job at a time. */
export class Listener {
  readonly #parts: ListenerParts;
  readonly #name = randomUUID();
  #worker: Worker | undefined;
  #cancelBeat: () => void = () => {};
  #cutPause: () => void = () => {};
  #isClosing = false;
  #closing: Promise<void> | undefined;
  #received = 0;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
  }

  async open(): Promise<void> {
    const { url, prefix, failed, subscribers, channel } = this.#parts;
    this.#worker = new Worker(this.#name, async ({ data }) => this.#handle(JSON.parse(data)), {
      connection: { url, maxRetriesPerRequest: null },
      prefix,
      concurrency: 1,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      // A job whose lock was lost in a restart of Redis is handled again, as often as it takes.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      skipVersionCheck: true,
    });
    this.#worker.on('error', failed);
    this.#worker.on('failed', (_job, error) => failed(error));
    await this.#worker.waitUntilReady();
    await subscribers.enter(channel, this.#name);
    // Connected again: a Redis that has lost its data has lost this subscriber with it.
    this.#worker.on('ready', () => void this.#renew());
    this.#beat();
  }

  /** Resolves when no handler call is running and nothing is left of the queue. */
  close(): Promise<void> {
    this.#closing ??= this.#end(false);
    return this.#closing;
  }

  /** Without waiting for a handler. */
  abandon(): Promise<void> {
    this.#closing ??= this.#end(true);
    return this.#closing;
  }

  async #end(isForced: boolean): Promise<void> {
    const { redis, prefix, subscribers, channel } = this.#parts;
    this.#isClosing = true;
    this.#cancelBeat();
    this.#cutPause();
    try {
      await subscribers.leave(channel, this.#name);
    } finally {
      await this.#worker?.close(isForced);
    }
    await removeQueue(redis, prefix, this.#name);
  }

  /** A job is done when its handler was: one that fails is called again with the same, after a pause. */
  async #handle(messages: readonly Message[]): Promise<void> {
    this.#received += messages.length;
    for (let attempt = 0; !this.#isClosing; attempt++) {
      try {
        return await this.#parts.handler(messages, String(this.#received));
      } catch {
        await this.#pause(Math.min(firstPauseMs * 2 ** attempt, longestPauseMs));
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(ms, resolve);
      this.#cutPause = () => {
        cancel();
        resolve();
      };
    });
  }

  #beat(): void {
    const { clock, leaseMs } = this.#parts;
    this.#cancelBeat = clock.after(leaseMs / beatsPerLease, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    this.#cancelBeat();
    const { subscribers, channel, failed } = this.#parts;
    try {
      const wasThere = await subscribers.enter(channel, this.#name);
      if (this.#isClosing) await subscribers.leave(channel, this.#name);
      else if (!wasThere) process.emitWarning(`bullmq bus: a subscriber of "${channel}" had been forgotten`);
    } catch (error) {
      failed(error as Error);
    }
    if (!this.#isClosing) this.#beat();
  }
}
