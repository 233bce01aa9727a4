import type { Message } from '../../../core/message.ts';
import type { Link } from '../link.ts';
import { pack } from '../pack.ts';

/** Messages in one push, unless a single publish brings more. */
const pushMessages = 500;

interface Job {
  readonly messages: readonly Message[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Publishes to one channel; what is published in one turn goes together. */
export class Publisher {
  readonly #link: Link;
  readonly #channel: string;
  #jobs: Job[] = [];

  constructor(link: Link, channel: string) {
    this.#link = link;
    this.#channel = channel;
  }

  publish(messages: readonly Message[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#jobs.length === 0) setImmediate(() => this.#send());
      this.#jobs.push({ messages, resolve, reject });
    });
  }

  #send(): void {
    let jobs: Job[] = [];
    let size = 0;
    for (const job of this.#jobs) {
      if (size > 0 && size + job.messages.length > pushMessages) {
        void this.#push(jobs);
        jobs = [];
        size = 0;
      }
      jobs.push(job);
      size += job.messages.length;
    }
    this.#jobs = [];
    void this.#push(jobs);
  }

  async #push(jobs: readonly Job[]): Promise<void> {
    try {
      const messages = jobs.flatMap((job) => job.messages);
      await this.#link.call('write', 'PUBLISH', [this.#channel, pack(messages)]);
      for (const { resolve } of jobs) resolve();
    } catch (error) {
      for (const { reject } of jobs) reject(error);
    }
  }
}
