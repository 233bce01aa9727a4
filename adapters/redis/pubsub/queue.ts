import type { Handler } from '../../../core/bus.ts';
import type { Message } from '../../../core/message.ts';
import type { Batch, Source } from '../../pump.ts';

/**
 * What one subscription was pushed and has not handled: bounded, because nothing holds a publisher back here. What
 * comes when it is full is dropped and counted.
 */
export class Queue implements Source<Batch> {
  readonly #limit: number;
  #batches: Batch[] = [];
  #waiting = 0;
  #received = 0;
  dropped = 0;
  wake: () => void = () => {};

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(messages: readonly Message[]): void {
    this.#received += messages.length;
    if (this.#waiting > 0 && this.#waiting + messages.length > this.#limit) {
      this.dropped += messages.length;
      return;
    }
    this.#batches.push({ messages, offset: String(this.#received) });
    this.#waiting += messages.length;
    this.wake();
  }

  next(): Batch | null {
    const batch = this.#batches.shift() ?? null;
    this.#waiting -= batch?.messages.length ?? 0;
    return batch;
  }

  end(): void {
    this.#batches = [];
  }
}

/** The handler, of which a failure is no answer to wait for: nothing is delivered twice here. `failed` counts. */
export function once(handler: Handler, failed: (messages: number) => void): Handler {
  return async (messages, offset) => {
    try {
      await handler(messages, offset);
    } catch {
      failed(messages.length);
    }
  };
}
