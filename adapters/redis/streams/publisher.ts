import type { Message } from '../../../core/message.ts';
import type { Argument, Link } from '../link.ts';
import { pack } from '../pack.ts';
import { checkPayloads } from '../pack-size.ts';
import type { ChannelNames } from './names.ts';
import type { Retention } from './retention.ts';
import { append } from './scripts/index.ts';
import { slotOf } from './slot.ts';

/** Messages put into one call, unless a single publish brings more. */
const callMessages = 2_000;
/** Messages in one entry: what a reader is given at least. */
const entryMessages = 500;
/**
 * Calls on their way at a time. What is published meanwhile goes together in the next: the busier, the larger the
 * packs.
 */
const callsInFlight = 4;
/** Characters on their way at a time, but always one call. */
const charactersInFlight = 32 * 1024 * 1024;

interface Job {
  readonly messages: readonly Message[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What one call carries: whole jobs, and one entry for all of them. */
interface Call {
  readonly jobs: readonly Job[];
  readonly messages: readonly Message[];
}

/**
 * Publishes to one channel. What is published in one turn, or while earlier calls are on their way, is packed
 * together; the order of publishing is the order in the stream.
 */
export class Publisher {
  readonly #link: Link;
  readonly #names: ChannelNames;
  readonly #retention: Retention;
  #jobs: Job[] = [];
  #scheduled = false;
  #calls = 0;
  #characters = 0;
  #onQuiet: (() => void) | undefined;

  constructor(link: Link, names: ChannelNames, retention: Retention) {
    this.#link = link;
    this.#names = names;
    this.#retention = retention;
    retention.onRoom = () => this.#schedule();
  }

  /** Rejects with INVALID_ARGUMENT at once when a payload is too large. */
  publish(messages: readonly Message[]): Promise<void> {
    checkPayloads(messages);
    return new Promise((resolve, reject) => {
      this.#jobs.push({ messages, resolve, reject });
      this.#schedule();
    });
  }

  /**
   * Resolves when all that was published has been answered; what is held back for a slow subscriber is refused
   * instead.
   */
  async close(error: Error): Promise<void> {
    if (this.#retention.isFull) this.refuse(error);
    if (this.#calls === 0 && this.#jobs.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#onQuiet = resolve;
    });
  }

  /** Answers what was not sent yet: it is not held. */
  refuse(error: Error): void {
    for (const { reject } of this.#jobs) reject(error);
    this.#jobs = [];
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  #send(): void {
    while (this.#jobs.length > 0 && this.#calls < callsInFlight && !this.#retention.isFull) {
      if (this.#calls > 0 && this.#characters >= charactersInFlight) return;
      const call = this.#takeCall();
      if (call.jobs.length > 0) void this.#append(call);
    }
  }

  #takeCall(): Call {
    const jobs: Job[] = [];
    const messages: Message[] = [];
    let taken = 0;
    for (const job of this.#jobs) {
      if (messages.length > 0 && messages.length + job.messages.length > callMessages) break;
      taken++;
      jobs.push(job);
      for (const message of job.messages) messages.push(message);
    }
    this.#jobs = this.#jobs.slice(taken);
    return { jobs, messages };
  }

  async #append({ jobs, messages }: Call): Promise<void> {
    const { newest, stream } = this.#names;
    const parameters: Argument[] = [];
    let characters = 0;
    for (let from = 0; from < messages.length; from += entryMessages) {
      const part = messages.slice(from, from + entryMessages);
      const text = pack(part);
      characters += text.length;
      parameters.push(part.length, text, part.map(({ key }) => slotOf(key)).join(''));
    }
    this.#calls++;
    this.#characters += characters;
    try {
      await this.#link.run('write', append, [newest, stream], parameters);
      this.#retention.grown(messages.length, characters);
      for (const { resolve } of jobs) resolve();
    } catch (error) {
      for (const { reject } of jobs) reject(error);
    }
    this.#calls--;
    this.#characters -= characters;
    if (this.#jobs.length > 0) this.#schedule();
    else if (this.#calls === 0) this.#onQuiet?.();
  }
}
