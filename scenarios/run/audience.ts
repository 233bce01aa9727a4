import type { Clock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Share } from '../load/share.ts';
import { Subscriber } from '../load/subscriber.ts';
import type { Tally } from '../measure/tally.ts';
import type { Closable, SystemUnderTest } from '../sut.ts';
import type { Announcements } from './announcements.ts';

/** The event subscriptions of a load: each has a handler and a row of the ledger of its own. */
export class Audience {
  readonly #sut: SystemUnderTest;
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #announcements: Announcements;
  readonly #handlingMs: number;
  readonly #share: Share;
  readonly #subscriptions: Closable[] = [];
  readonly subscribers: Subscriber[] = [];
  /** One of them was there before the first agent, and sees the start of each. */
  witnessed = false;
  /** Resolves when handlers that stand still go on; null: they do not stand still. */
  #held: PromiseWithResolvers<void> | null = null;
  #tally: Tally;

  constructor(parts: {
    readonly sut: SystemUnderTest;
    readonly clock: Clock;
    readonly ledger: Ledger;
    readonly announcements: Announcements;
    /** What a handler takes for an event before it is done with it, in ms. */
    readonly handlingMs: number;
    readonly tally: Tally;
    /** Of the subscribers that there are in all, those that are ours. Absent: all of them. */
    readonly share?: Share | undefined;
  }) {
    this.#sut = parts.sut;
    this.#clock = parts.clock;
    this.#ledger = parts.ledger;
    this.#announcements = parts.announcements;
    this.#handlingMs = parts.handlingMs;
    this.#tally = parts.tally;
    this.#share = parts.share ?? { number: 0, of: 1 };
  }

  /** Subscriptions open now. */
  get count(): number {
    return this.#subscriptions.length;
  }

  /** Where deliveries are counted from now on. */
  set tally(tally: Tally) {
    this.#tally = tally;
    for (const subscriber of this.subscribers) subscriber.tally = tally;
  }

  async subscribe(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const number = this.#share.number + this.#share.of * this.subscribers.length;
      const first = number === 0 && this.#announcements.acknowledged === 0;
      let subscriber: Subscriber | null = null;
      // What arrives before the subscription is confirmed was sent before anyone was entitled to it.
      const handle = (events: readonly AgentEvent[]): Promise<void> | undefined => {
        subscriber?.handle(events);
        return this.#handling(events.length);
      };
      const subscription = await this.#sut.events.subscribe({}, (events) =>
        this.#held === null ? handle(events) : this.#held.promise.then(() => handle(events)),
      );
      const row = this.#ledger.join(`subscriber ${number + 1}`);
      const witness = first ? (event: AgentEvent): void => this.#announcements.see(event) : null;
      this.witnessed ||= first;
      const { near = null } = subscription;
      subscriber = new Subscriber(row, this.#clock, this.#tally, witness, near);
      this.subscribers.push(subscriber);
      this.#subscriptions.push(subscription);
    }
  }

  /** From now on no handler takes anything in: what is handed to it waits there, and what comes after it in the bus. */
  hold(): void {
    this.#held ??= Promise.withResolvers();
  }

  release(): void {
    this.#held?.resolve();
    this.#held = null;
  }

  /** The time that a subscriber takes for events; nothing where it takes none. */
  #handling(events: number): Promise<void> | undefined {
    return this.#handlingMs > 0 ? this.#clock.sleep(this.#handlingMs * events) : undefined;
  }

  /** Takes a subscription in that somebody else made, to be counted and closed with the others. */
  admit(subscription: Closable): void {
    this.#subscriptions.push(subscription);
  }

  async close(): Promise<void> {
    // A subscription waits for its handler to end.
    this.release();
    for (const subscription of this.#subscriptions.splice(0)) await subscription.close();
  }
}
