import type { Subscription } from '../bus.ts';
import { BatchQueue } from './batch-queue.ts';
import type { Task, Turn } from './turn.ts';

/** Gets batches; may return a promise, and then gets the next batch only after it settled. */
export type BatchHandler<M> = (messages: readonly M[]) => void | Promise<void>;

/** How many messages may wait for one subscriber, and what happens to those beyond. */
export interface QueueRules {
  readonly queueLimit: number;
  readonly whenFull: 'block' | 'drop-oldest' | 'drop-newest';
}

/** What became of the messages offered to one subscriber, or to all of a channel. */
export interface DeliveryCounts {
  /** Messages whose handler call succeeded. */
  readonly delivered: number;
  /** Messages that a full queue discarded. */
  readonly dropped: number;
  /** Messages whose handler call threw or rejected. */
  readonly failures: number;
}

/** A local subscription, with the account of what it was given. */
export interface Delivery extends Subscription, DeliveryCounts {
  /** Messages in its queue. */
  readonly waiting: number;
}

/** What all subscribers of a channel share: rules, the next turn, and the account of all of them. */
export interface Home<M, Address> {
  readonly rules: QueueRules;
  readonly turn: Turn;
  delivered: number;
  dropped: number;
  failures: number;
  report(error: unknown): void;
  /** It is closed: nothing is to be offered to it any more. */
  left(subscriber: Subscriber<M, Address>): void;
}

/**
 * One handler, its queue and its account. In the queue are the very arrays that the bus handed over.
 * A handler that fails harms nobody but its own account. There may be one for each of a million agents: what all
 * share is in its home, and there is a queue only while something waits.
 */
export class Subscriber<M, Address = unknown> implements Delivery, Task {
  readonly #home: Home<M, Address>;
  readonly #handler: BatchHandler<M>;
  /** What it subscribed to. */
  readonly address: Address;
  /** The agent or swarm that it lives no longer than. */
  readonly scope: string | undefined;
  #queue: BatchQueue<M> | null = null;
  #held: PromiseWithResolvers<void> | null = null;
  #running: Promise<void> | null = null;
  #idle: PromiseWithResolvers<void> | null = null;
  #asked = false;
  #closed = false;
  delivered = 0;
  dropped = 0;
  failures = 0;

  constructor(home: Home<M, Address>, handler: BatchHandler<M>, address: Address, scope?: string) {
    this.#home = home;
    this.#handler = handler;
    this.address = address;
    this.scope = scope;
  }

  get waiting(): number {
    return this.#queue?.size ?? 0;
  }

  /**
   * Queues a batch for the next turn. With policy `block` a batch that overfills the queue is still taken, and the
   * returned promise, to be waited for before the next one, resolves when there is room again.
   */
  offer(batch: readonly M[]): Promise<void> | undefined {
    if (this.#closed) return undefined;
    this.#queue ??= new BatchQueue<M>();
    const queue = this.#queue;
    const { queueLimit, whenFull } = this.#home.rules;
    if (whenFull === 'drop-newest') {
      const room = Math.max(0, queueLimit - queue.size);
      queue.push(batch.length <= room ? batch : batch.slice(0, room));
      this.#drop(batch.length - room);
    } else {
      queue.push(batch);
      if (whenFull === 'drop-oldest') this.#drop(queue.trim(queueLimit));
    }
    this.#wake();
    if (whenFull !== 'block' || queue.size <= queueLimit) return undefined;
    this.#held ??= Promise.withResolvers<void>();
    return this.#held.promise;
  }

  /** Resolves once all that was offered has been handled, or the subscription is closed. */
  idle(): Promise<void> | undefined {
    if (this.#closed || (this.waiting === 0 && this.#running === null)) return undefined;
    this.#idle ??= Promise.withResolvers<void>();
    return this.#idle.promise;
  }

  /** Calls the handler now. Never throws or rejects; returns a promise only when the handler did. */
  handle(batch: readonly M[]): Promise<void> | undefined {
    if (this.#closed) return undefined;
    let answer: void | Promise<void>;
    try {
      answer = this.#handler(batch);
    } catch (error) {
      this.#failed(batch.length, error);
      return undefined;
    }
    if (!isPromise(answer)) {
      this.#succeeded(batch.length);
      return undefined;
    }
    const running = answer.then(
      () => this.#succeeded(batch.length),
      (error: unknown) => this.#failed(batch.length, error),
    );
    this.#running = running;
    return running;
  }

  /** Plays the batches that wait now; those that come in meanwhile are left for the next turn. */
  run(): void {
    this.#asked = false;
    for (let batches = this.#queue?.batches ?? 0; batches > 0; batches--) {
      const batch = this.#queue?.shift();
      if (batch === undefined) break;
      this.#release();
      const running = this.handle(batch);
      if (running === undefined) continue;
      running.then(() => {
        this.#running = null;
        this.#wake();
      });
      return;
    }
    this.#wake();
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#queue = null;
      this.#release();
      this.#rest();
      this.#home.left(this);
    }
    if (this.#running !== null) await this.#running;
  }

  #wake(): void {
    if (this.#asked || this.#running !== null) return;
    if (this.waiting === 0) {
      this.#queue = null;
      this.#rest();
      return;
    }
    this.#asked = true;
    this.#home.turn.ask(this);
  }

  #rest(): void {
    this.#idle?.resolve();
    this.#idle = null;
  }

  #release(): void {
    if (this.#held === null || this.waiting > this.#home.rules.queueLimit) return;
    this.#held.resolve();
    this.#held = null;
  }

  #succeeded(count: number): void {
    this.delivered += count;
    this.#home.delivered += count;
  }

  #failed(count: number, error: unknown): void {
    this.failures += count;
    this.#home.failures += count;
    this.#home.report(error);
  }

  #drop(count: number): void {
    if (count <= 0) return;
    this.dropped += count;
    this.#home.dropped += count;
  }
}

function isPromise(answer: unknown): answer is Promise<void> {
  return typeof (answer as { then?: unknown } | undefined)?.then === 'function';
}
