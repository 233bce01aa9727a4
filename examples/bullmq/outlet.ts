import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { type Message, TestbedError } from 'testbed';
import { translate } from './errors.ts';
import type { Subscribers } from './subscribers.ts';

/** Messages in one job, unless a single publish brings more. */
const jobMessages = 500;

interface Publish {
  readonly messages: readonly Message[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface OutletParts {
  readonly redis: Redis;
  readonly prefix: string;
  readonly channel: string;
  readonly subscribers: Subscribers;
  /** Of the connection: the publish that it concerns is told as well. */
  readonly failed: (error: Error) => void;
}

/**
 * Publishes to one channel, in rounds: a round asks who listens and adds what was gathered to the queue of each. What
 * is published meanwhile is the next round, so that the order of publishing is the order in every queue.
 */
export class Outlet {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #channel: string;
  readonly #subscribers: Subscribers;
  readonly #failed: (error: Error) => void;
  #queues = new Map<string, Queue>();
  #waiting: Publish[] = [];
  #isRunning = false;

  constructor({ redis, prefix, channel, subscribers, failed }: OutletParts) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#channel = channel;
    this.#subscribers = subscribers;
    this.#failed = failed;
  }

  publish(messages: readonly Message[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ messages, resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const round = this.#waiting;
      this.#waiting = [];
      try {
        await this.#add(jobsOf(round));
        for (const { resolve } of round) resolve();
      } catch (error) {
        for (const { reject } of round) reject(error);
      }
    }
    this.#isRunning = false;
  }

  async #add(jobs: readonly { readonly name: string; readonly data: string }[]): Promise<void> {
    const names = await this.#ask();
    await this.#forgetAllBut(names);
    const adding = names.map((name) => this.#queue(name).addBulk([...jobs]));
    const outcomes = await Promise.allSettled(adding);
    const failed = outcomes.find(({ status }) => status === 'rejected');
    if (failed === undefined) return;
    const error = translate((failed as PromiseRejectedResult).reason, 'publish');
    const isPartly = outcomes.some(({ status }) => status === 'fulfilled');
    throw isPartly
      ? new TestbedError('TIMEOUT', `${error.message}; some subscribers have it`, { cause: error })
      : error;
  }

  async #ask(): Promise<readonly string[]> {
    try {
      return await this.#subscribers.of(this.#channel);
    } catch (error) {
      // Nothing was added yet.
      throw new TestbedError('UNAVAILABLE', translate(error, 'publish').message, { cause: error });
    }
  }

  #queue(name: string): Queue {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = new Queue(name, { connection: this.#redis, prefix: this.#prefix, skipVersionCheck: true });
      queue.on('error', this.#failed);
      this.#queues.set(name, queue);
    }
    return queue;
  }

  async #forgetAllBut(names: readonly string[]): Promise<void> {
    for (const [name, queue] of this.#queues) {
      if (names.includes(name)) continue;
      this.#queues.delete(name);
      await queue.close();
    }
  }
}

/** As few jobs as their size allows, in order. A job is a list of messages as JSON. */
function jobsOf(round: readonly Publish[]): { name: string; data: string }[] {
  const jobs: { name: string; data: string }[] = [];
  let gathered: readonly Message[] = [];
  const finish = (): void => {
    if (gathered.length > 0) jobs.push({ name: 'messages', data: JSON.stringify(gathered) });
    gathered = [];
  };
  for (const { messages } of round) {
    if (gathered.length + messages.length > jobMessages) finish();
    gathered = gathered.length === 0 ? messages : [...gathered, ...messages];
  }
  finish();
  return jobs;
}
