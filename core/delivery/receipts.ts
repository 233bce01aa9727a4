import type { Clock } from '../clock.ts';
import { TestbedError } from '../error.ts';
import type { Message } from '../message.ts';

/** A published batch whose local delivery somebody waits for. */
interface Receipt {
  readonly settled: PromiseWithResolvers<TestbedError | null>;
  readonly cancel: () => void;
  missing: number;
}

/**
 * Who waits for what to have been handled here. Messages are told by `(producer, sequence)`: a bus may cut batches
 * anew, and need not hand back the same objects.
 */
export class Receipts {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #open = new Map<string, Receipt>();

  constructor(clock: Clock, deadlineMs: number) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
  }

  /** Call before publishing. The returned function resolves once all were seen, or throws TIMEOUT or CLOSED. */
  expect(messages: readonly Message[]): { wait(): Promise<void>; forget(): void } {
    const settled = Promise.withResolvers<TestbedError | null>();
    const late = (): void =>
      settled.resolve(
        new TestbedError('TIMEOUT', `not delivered to every local subscriber in ${this.#deadlineMs} ms`),
      );
    const receipt = {
      settled,
      missing: messages.length,
      cancel: this.#clock.after(this.#deadlineMs, late),
    };
    for (const message of messages) this.#open.set(nameOf(message), receipt);
    const forget = (): void => {
      receipt.cancel();
      for (const message of messages) this.#open.delete(nameOf(message));
    };
    const wait = async (): Promise<void> => {
      const error = await settled.promise;
      forget();
      if (error !== null) throw error;
    };
    return { wait, forget };
  }

  /** These were handled by every local subscriber. */
  seen(messages: readonly Message[]): void {
    if (this.#open.size === 0) return;
    for (const message of messages) {
      const name = nameOf(message);
      const receipt = this.#open.get(name);
      if (receipt === undefined) continue;
      this.#open.delete(name);
      receipt.missing--;
      if (receipt.missing === 0) receipt.settled.resolve(null);
    }
  }

  close(): void {
    const closed = new TestbedError('CLOSED', 'closed before the delivery was complete');
    for (const receipt of this.#open.values()) receipt.settled.resolve(closed);
    this.#open.clear();
  }
}

function nameOf({ producer, sequence }: Message): string {
  return `${producer}:${sequence}`;
}
