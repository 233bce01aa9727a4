import { AsyncLocalStorage } from 'node:async_hooks';
import type { Bus, Handler, Subscription } from '../bus.ts';
import type { Clock } from '../clock.ts';
import { TestbedError } from '../error.ts';
import type { Message } from '../message.ts';
import { Receipts } from './receipts.ts';
import type { Scopes } from './scopes.ts';
import { type BatchHandler, type Home, type QueueRules, Subscriber } from './subscriber.ts';
import { Turn } from './turn.ts';

/** How a channel delivers to its local subscribers. */
export interface ChannelRules extends QueueRules {
  readonly delivery: 'sync' | 'async';
  /** Local subscriptions beyond this are refused with OVERLOADED; null: no bound. */
  readonly subscriptionLimit: number | null;
}

/** Whatever has subscribed to something. */
export interface Addressed<Address> {
  readonly address: Address;
}

/** Says which subscribers get which part of a batch, by what each subscribed to. */
export interface Routes<M, Address> {
  add(subscriber: Subscriber<M, Address>): void;
  remove(subscriber: Subscriber<M, Address>): void;
  each(messages: readonly M[], visit: (subscriber: Subscriber<M, Address>, part: readonly M[]) => void): void;
}

export interface ChannelParts<M extends Message, Address> {
  readonly bus: Bus;
  readonly clock: Clock;
  /** The bus channel. */
  readonly name: string;
  readonly rules: ChannelRules;
  /** The bus keeps the place of whoever subscribes under this name, until he is back. Absent: he begins anew each time. */
  readonly group?: string;
  readonly routes: Routes<M, Address>;
  readonly scopes: Scopes;
  /** Sees every batch before any subscriber does. */
  readonly observe?: (messages: readonly M[]) => void;
  /** Told what handlers threw. */
  readonly report: (error: unknown, doing: string) => void;
}

/** How long a `sync` publish waits for its own delivery before it says that the outcome is unknown. */
const syncDeadlineMs = 30_000;

/** Set while a handler of a `sync` channel runs, and false once it has returned: what it left behind may wait again. */
const handling = new AsyncLocalStorage<{ active: boolean }>();

/**
 * One bus channel as this node sees it: one subscription at the bus, fanned out here to any number of local ones.
 *
 *   publish -> bus -> receive -> routes -> async: queue per subscriber -> next turn -> handler
 *                                          sync:  handler, handler, ... -> acknowledge -> publish resolves
 *
 * The bus is acknowledged when every queue has taken the batch (async) or every handler has handled it (sync);
 * until then it hands over no more, and that is how a full queue with policy `block` holds it back.
 * With a `group` it is acknowledged when every subscriber has handled the batch, and nothing is received before `begin`:
 * what is not acknowledged is handed over again, and is for those who will have subscribed by then.
 */
export class Channel<M extends Message, Address> implements Home<M, Address> {
  readonly #parts: ChannelParts<M, Address>;
  readonly turn = new Turn();
  readonly #receipts: Receipts;
  readonly #subscribers = new Set<Subscriber<M, Address>>();
  readonly #begun = Promise.withResolvers<void>();
  #subscription: Subscription | null = null;
  #closed = false;
  /** Messages that the bus handed to this node. */
  received = 0;
  delivered = 0;
  dropped = 0;
  failures = 0;

  constructor(parts: ChannelParts<M, Address>) {
    this.#parts = parts;
    this.#receipts = new Receipts(parts.clock, syncDeadlineMs);
  }

  get rules(): ChannelRules {
    return this.#parts.rules;
  }

  get subscriptions(): number {
    return this.#subscribers.size;
  }

  /** Messages that wait in the queues of all subscribers. */
  get waiting(): number {
    let sum = 0;
    for (const subscriber of this.#subscribers) sum += subscriber.waiting;
    return sum;
  }

  report(error: unknown): void {
    this.#parts.report(error, `handling ${this.#parts.name}`);
  }

  /** Subscribes at the bus. Once, before anything else. */
  async open(): Promise<void> {
    const { bus, name, rules, group } = this.#parts;
    const receive = rules.delivery === 'sync' ? this.#deliverNow : this.#enqueue;
    const handler = (group === undefined ? receive : this.#keepingPlace(receive)) as unknown as Handler;
    this.#subscription = await bus.subscribe(name, group === undefined ? {} : { group }, handler);
  }

  /** With a group: those who subscribe have done so. Idempotent. */
  begin(): void {
    this.#begun.resolve();
  }

  /** What was handed over to a channel that closed meanwhile may not have been handled: it is not acknowledged. */
  #keepingPlace(receive: BatchHandler<M>): BatchHandler<M> {
    const ensureOpen = (): void => {
      if (this.#closed) throw new TestbedError('CLOSED', `${this.#parts.name} is closed`);
    };
    return async (messages) => {
      await this.#begun.promise;
      ensureOpen();
      await receive(messages);
      ensureOpen();
    };
  }

  publish(messages: readonly M[]): Promise<void> {
    if (this.#closed) return Promise.reject(new TestbedError('CLOSED', `${this.#parts.name} is closed`));
    if (messages.length === 0) return Promise.resolve();
    // A handler that waited for its own delivery would wait for itself.
    if (this.#parts.rules.delivery === 'async' || handling.getStore()?.active === true)
      return this.#parts.bus.publish(this.#parts.name, messages);
    return this.#publishAndWait(messages);
  }

  async #publishAndWait(messages: readonly M[]): Promise<void> {
    const receipt = this.#receipts.expect(messages);
    try {
      await this.#parts.bus.publish(this.#parts.name, messages);
    } catch (error) {
      receipt.forget();
      throw error;
    }
    await receipt.wait();
  }

  /** `scope`: the id of an agent or swarm that the subscription ends with. */
  subscribe(handler: BatchHandler<M>, address: Address, scope?: string): Subscriber<M, Address> {
    const { rules, name, routes, scopes } = this.#parts;
    if (this.#closed) throw new TestbedError('CLOSED', `${name} is closed`);
    if (rules.subscriptionLimit !== null && this.#subscribers.size >= rules.subscriptionLimit)
      throw new TestbedError(
        'OVERLOADED',
        `${name} has its ${rules.subscriptionLimit} subscriptions already`,
      );
    const subscriber = new Subscriber(this, handler, address, scope);
    this.#subscribers.add(subscriber);
    routes.add(subscriber);
    if (scope !== undefined) scopes.tie(scope, subscriber);
    return subscriber;
  }

  left(subscriber: Subscriber<M, Address>): void {
    const { routes, scopes } = this.#parts;
    this.#subscribers.delete(subscriber);
    routes.remove(subscriber);
    if (subscriber.scope !== undefined) scopes.untie(subscriber.scope, subscriber);
  }

  readonly #enqueue = (messages: readonly M[]): void | Promise<void> => {
    this.#note(messages);
    let held: Promise<void>[] | undefined;
    this.#parts.routes.each(messages, (subscriber, part) => {
      const room = subscriber.offer(part);
      const wait = this.#parts.group === undefined ? room : subscriber.idle();
      if (wait !== undefined) {
        held ??= [];
        held.push(wait);
      }
    });
    return held === undefined ? undefined : Promise.all(held).then(() => undefined);
  };

  readonly #deliverNow = async (messages: readonly M[]): Promise<void> => {
    this.#note(messages);
    const deliveries: [Subscriber<M, Address>, readonly M[]][] = [];
    this.#parts.routes.each(messages, (subscriber, part) => deliveries.push([subscriber, part]));
    for (const [subscriber, part] of deliveries) {
      const mark = { active: true };
      await handling.run(mark, () => subscriber.handle(part));
      mark.active = false;
    }
    this.#receipts.seen(messages);
  };

  #note(messages: readonly M[]): void {
    this.received += messages.length;
    this.#parts.observe?.(messages);
  }

  /** Closes every local subscription, which lets go of a bus held back, and then the one at the bus. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#begun.resolve();
    this.#receipts.close();
    await Promise.all([...this.#subscribers].map((subscriber) => subscriber.close()));
    await this.#subscription?.close();
  }
}
