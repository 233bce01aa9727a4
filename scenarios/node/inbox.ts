import type { Message } from '../../core/message.ts';
import type { Closable } from '../sut.ts';
import type { Handled } from './protocol.ts';
import { writeError } from './written-error.ts';

export type Handler = (messages: readonly never[]) => void | Promise<void>;

/** How a subscription is asked for at a node. */
export interface Wanted {
  readonly method: 'events.subscribe' | 'messages.subscribe';
  /** The filter, or the pattern. */
  readonly what: unknown;
}

interface Entry extends Wanted {
  readonly handler: Handler;
  /** It stands at the node that lives now, or has stood at one before. */
  stands: boolean;
  /** The handler is at work; what comes meanwhile, from a later life of the node, waits for it. */
  busy: Promise<void> | null;
}

/**
 * The subscriptions that this process has at a node. They outlive it: a node that starts again is asked for all of them. A
 * handler gets one batch after the other, whichever life of the node they come from.
 */
export class Inbox {
  readonly #entries = new Map<number, Entry>();
  readonly #handled: (handled: Handled, life: number) => void;
  #lastId = 0;

  /** `handled` is told when a handler is done with what it was given in a life of the node. */
  constructor(handled: (handled: Handled, life: number) => void) {
    this.#handled = handled;
  }

  /** Registers a subscription, and asks the node for it; one that it does not get is none. */
  async open(
    wanted: Wanted,
    handler: Handler,
    call: (method: string, ...parameters: readonly unknown[]) => Promise<unknown>,
  ): Promise<Closable> {
    const id = ++this.#lastId;
    const entry: Entry = { ...wanted, handler, stands: false, busy: null };
    this.#entries.set(id, entry);
    try {
      await call(wanted.method, id, wanted.what);
      entry.stands = true;
    } catch (error) {
      this.#entries.delete(id);
      throw error;
    }
    return {
      close: async () => {
        // What a dead node had subscribed ended with it.
        if (this.#entries.delete(id)) await call('unsubscribe', id).catch(() => undefined);
      },
    };
  }

  /** Those that a node which begins has to be asked for. */
  *standing(): Iterable<Wanted & { readonly id: number }> {
    for (const [id, { method, what, stands }] of this.#entries) if (stands) yield { id, method, what };
  }

  /** Hands a batch over. */
  deliver(id: number, messages: readonly Message[], life: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      this.#handled({ subscription: id }, life);
      return;
    }
    const work = (): void | Promise<void> => this.#handle(entry, id, messages, life);
    const busy = entry.busy === null ? work() : entry.busy.then(work);
    if (busy === undefined) return;
    entry.busy = busy;
    void busy.then(() => {
      if (entry.busy === busy) entry.busy = null;
    });
  }

  /** Never throws or rejects. */
  #handle(
    { handler }: Entry,
    subscription: number,
    messages: readonly Message[],
    life: number,
  ): void | Promise<void> {
    const done = (): void => this.#handled({ subscription }, life);
    const failed = (error: unknown): void => this.#handled({ subscription, error: writeError(error) }, life);
    try {
      const answer = handler(messages as readonly never[]);
      if (answer === undefined) return done();
      return answer.then(done, failed);
    } catch (error) {
      failed(error);
    }
  }
}
